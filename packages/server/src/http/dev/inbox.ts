/** The inbox of a developer: every mail with its code and its link one click away, for people and for tests. */
import * as v from 'valibot';
import { isUuid } from '../../base/uuid.ts';
import { parseEmail } from '../../domain/accounts/identifier.ts';
import { type InboxMail, readInbox, readInboxMail, waitForMail } from '../../domain/dev/inbox.ts';
import { fail } from '../../domain/failures.ts';
import { isMailKind } from '../../domain/mail/mail.ts';
import type { ShownMail } from '../../pages/dev/inbox.ts';
import { frameOf } from '../language.ts';
import { pageReply } from '../page.ts';
import { devRoute } from './dev-route.ts';

/** Mails on one page. */
const pageSize = 20;
/** Seconds that `wait` waits: unless told, and at most, so that no proxy and no client gives up before. */
const usualWait = 20;
const longestWait = 60;

const id = v.pipe(v.string('This must be text.'), v.check(isUuid, 'This must be the id of a mail.'));

/** `GET /dev/inbox`: the mails, youngest first. */
export const showInboxRoute = devRoute(
  {
    method: 'GET',
    path: '/dev/inbox',
    summary: 'The mails that would have been sent, youngest first.',
    page: true,
    query: v.strictObject({ before: v.optional(id) }),
    answers: { 200: { description: 'The mails.', mediaType: 'text/html' } },
  },
  async (call) => {
    const { ports, query } = call;
    const found = await readInbox(ports, { limit: pageSize + 1, before: query.before });
    const shown = await Promise.all(found.slice(0, pageSize).map((entry) => rendered(entry, ports.settings)));
    const older = found.length > pageSize ? shown.at(-1)?.id : undefined;
    const { inboxPage } = await import('../../pages/dev/inbox.ts');
    return pageReply(inboxPage({ frame: frameOf(call), mails: shown, older, way: ports.mail }));
  },
);

/** `GET /dev/inbox/mails/{mail}`: a mail as HTML, as mail programs show it. Nothing in it can run, load or reach us. */
export const showMailRoute = devRoute(
  {
    method: 'GET',
    path: '/dev/inbox/mails/:mail',
    summary: 'One mail as HTML.',
    page: true,
    answers: { 200: { description: 'The mail.', mediaType: 'text/html' } },
  },
  async ({ ports, param }) => {
    const found = isUuid(param('mail')) ? await readInboxMail(ports, param('mail')) : undefined;
    if (!found) throw fail('not_found');
    const { html } = await written(found, ports.settings);
    return { status: 200, content: html, headers: mailHeaders };
  },
);

/** A mail brings its style along; the sandbox gives it an origin of its own, without scripts. */
const mailHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
} as const;

const text = v.pipe(v.string('This must be text.'), v.maxLength(300, 'This is too long.'));

/** `GET /dev/inbox/wait`: answers as soon as there is a mail to a mailbox. */
export const waitForMailRoute = devRoute(
  {
    method: 'GET',
    path: '/dev/inbox/wait',
    summary: 'Wait for a mail to a mailbox, for end-to-end tests.',
    query: v.strictObject({
      to: text,
      kind: v.optional(v.pipe(text, v.check(isMailKind, 'This is no kind of mail.'))),
      after: v.optional(id),
      seconds: v.optional(
        v.pipe(
          v.string(),
          v.regex(/^\d{1,2}$/, 'This must be a whole number of seconds.'),
          v.toNumber(),
          v.maxValue(longestWait, `This may be at most ${longestWait}.`),
        ),
        String(usualWait),
      ),
    }),
    answers: { 200: { description: 'The mail, with its code and its link.' } },
  },
  async ({ ports, query }) => {
    const { to: typed, kind, after, seconds } = query;
    const to = parseEmail(typed)?.canonical;
    if (to === undefined)
      throw fail('query_invalid', { fields: [{ field: 'to', message: 'This must be an e-mail address.' }] });
    const awaited = { to, kind: kind !== undefined && isMailKind(kind) ? kind : undefined, after, seconds };
    const found = await waitForMail(ports, awaited);
    if (!found) throw fail('not_found', { detail: { check: 'no-mail' } });
    const { at, code, ...shown } = await rendered(found, ports.settings);
    return { status: 200, json: { ...shown, at: new Date(at).toISOString(), code: code ?? null } };
  },
);

async function written({ mail }: InboxMail, { issuer }: { readonly issuer: string }) {
  const { renderMail } = await import('../../pages/mails/mail.ts');
  return renderMail(mail, issuer);
}

async function rendered(entry: InboxMail, settings: { readonly issuer: string }): Promise<ShownMail> {
  const { id: mailId, at, mail } = entry;
  const { kind, to, language, values } = mail;
  const { subject, text: words } = await written(entry, settings);
  const code = 'code' in values ? values.code : undefined;
  return { id: mailId, at, kind, to, language, subject, text: words, code, link: values.link };
}
