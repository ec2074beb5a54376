import { html } from 'hono/html';
import { type HeldFactors, hasFactor } from '../../domain/factors/factor.ts';
import { dayText, numberText } from '../language.ts';
import type { Html, Page } from '../layout.ts';
import { centrePaths } from '../words/account-centre.ts';
import { overviewWords } from '../words/account-overview.ts';
import { type Centre, centrePage, section } from './centre.ts';

/** What stands on the first page. Times are milliseconds since 1970. */
export interface Overview {
  readonly account: {
    readonly name: string;
    readonly email: string | undefined;
    readonly emailProven: boolean;
    readonly username: string | undefined;
    readonly createdAt: number;
  };
  /** When the password was chosen; undefined when there is none. */
  readonly passwordSince: number | undefined;
  readonly held: HeldFactors;
  readonly counts: {
    readonly sessions: number;
    readonly applications: number;
    readonly identities: number;
    readonly apiKeys: number;
  };
}

/** The first page: the whole account at a glance. */
export function overviewPage(centre: Centre, overview: Overview): Page {
  const words = overviewWords[centre.frame.language];
  return centrePage(centre, {
    at: 'overview',
    body: html`<p class="lead">${words.lead}</p>
${section('you', words.you, youHtml(centre, overview))}
${section('security', words.security, securityHtml(centre, overview))}
${section('access', words.access, accessHtml(centre, overview))}
<p class="quiet"><a href="/docs">${words.developers}</a></p>`,
  });
}

interface Line {
  readonly label: string;
  readonly value: Html | string;
  readonly href?: string | undefined;
  readonly action?: string | undefined;
}

const rows = (lines: readonly Line[]): Html => html`<dl class="facts">
${lines.map(
  ({ label, value, href, action = '' }) => html`<div><dt>${label}</dt><dd>${value}</dd>
${href === undefined ? '' : html`<dd class="act"><a href="${href}" aria-label="${action}: ${label}">${action}</a></dd>`}</div>
`,
)}</dl>`;

function youHtml({ frame: { language } }: Centre, { account }: Overview): Html {
  const words = overviewWords[language];
  const { name, email, emailProven, username, createdAt } = account;
  const change = { href: centrePaths.names, action: words.change };
  const known = (value: string | undefined): Html =>
    value === undefined || value === ''
      ? html`<span class="quiet">${words.none}</span>`
      : html`<bdi>${value}</bdi>`;
  const proof = html`<span class="badge${emailProven ? ' good' : ''}">${emailProven ? words.emailProven : words.emailUnproven}</span>`;
  return rows([
    { label: words.name, value: known(name), ...change },
    {
      label: words.email,
      value: email === undefined ? known(email) : html`${known(email)} ${proof}`,
      ...change,
    },
    { label: words.username, value: known(username), ...change },
    { label: words.since, value: dayText(language, createdAt) },
  ]);
}

function securityHtml({ frame: { language } }: Centre, overview: Overview): Html {
  const { passwordSince, held, counts } = overview;
  const words = overviewWords[language];
  const none = (word: string): Html => html`<span class="quiet">${word}</span>`;
  const look = (href: string) => ({ href, action: words.look });
  const lines: readonly Line[] = [
    {
      label: words.password,
      value:
        passwordSince === undefined
          ? none(words.noPassword)
          : words.passwordSince(dayText(language, passwordSince)),
      href: centrePaths.password,
      action: words.change,
    },
    {
      label: words.passkeys,
      value: numberText(language, held.passkeys),
      ...look(centrePaths.passkeys),
    },
    {
      label: words.app,
      value: held.totp ? words.setUp : none(words.notSetUp),
      ...look(centrePaths.factors),
    },
    {
      label: words.codesLeft,
      value: numberText(language, held.recoveryCodes),
      ...look(centrePaths.factors),
    },
    {
      label: words.identities,
      value: numberText(language, counts.identities),
      ...look(centrePaths.identities),
    },
  ];
  return rows(lines.filter(({ label }) => label !== words.codesLeft || hasFactor(held)));
}

function accessHtml({ frame: { language } }: Centre, { counts }: Overview): Html {
  const words = overviewWords[language];
  const counted = (label: string, count: number, href: string): Line => ({
    label,
    value: numberText(language, count),
    href,
    action: words.look,
  });
  return rows([
    counted(words.devices, counts.sessions, centrePaths.sessions),
    counted(words.applications, counts.applications, centrePaths.applications),
    counted(words.keys, counts.apiKeys, centrePaths.apiKeys),
  ]);
}
