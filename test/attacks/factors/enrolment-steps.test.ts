/**
 * One step at a time where a role demands a factor that is still to be set up. All pairs of steps are walked, from the name and
 * from behind the password, for accounts with and without a factor. What an account has afterwards is what the walk allowed.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { giveRoles, person } from '../../journeys/cast.ts';
import { form } from '../../kit/clients.ts';
import { madePasskey, putRole, secondPath } from '../../kit/enrolment.ts';
import { type Authenticator, addTotp, authenticator } from '../../kit/factors.ts';
import { type Arrived, fillForm, formOn, openPage, textOf } from '../../kit/page-forms.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, goodPassword, type Visitor, visit } from '../../kit/visitor.ts';

let serving: Serving;
let people = 0;
beforeAll(async () => {
  const most = 100_000;
  const settings = {
    networkAttempts: most,
    accountAttempts: 100,
    familiarAttempts: 100,
    signUpAttempts: most,
    factorAttempts: 100,
  };
  serving = await serveHandler({ lightHashing: true, settings });
  for (const demand of ['second-factor', 'passkey'] as const) await putRole(serving, demand);
});
afterAll(() => serving.close());

/** Who signs in: what their role demands, and what they have. */
const kinds = {
  'nothing, and needs a factor': { demand: 'second-factor', hasApp: false },
  'nothing, and needs a passkey': { demand: 'passkey', hasApp: false },
  'an authenticator, and needs a passkey': { demand: 'passkey', hasApp: true },
} as const;
type Kind = (typeof kinds)[keyof typeof kinds];

/** A sign-in as far as it came. */
interface Journey {
  readonly account: string;
  readonly browser: Visitor;
  readonly attempt: string;
  /** What the account had before. */
  readonly app: Authenticator | undefined;
  /** Of another sign-in of the same account, in another browser. */
  readonly other: Arrived;
  enrolment: string;
  made: Authenticator | undefined;
}

const fieldIn = (page: Arrived, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)?.[1] ?? '';

const nameOn = async (browser: Visitor, identifier: string): Promise<Arrived> =>
  fillForm(browser, await openPage(browser, '/sign-in'), ['sign-in', { identifier }]);

async function begin({ demand, hasApp }: Kind): Promise<Journey> {
  const owner = await person(serving, `walker-${(people += 1)}`);
  const app = hasApp ? await addTotp(serving, owner) : undefined;
  await giveRoles(serving, owner.account, [demand]);
  const elsewhere = visit(serving);
  const password = { password: goodPassword };
  let other = await fillForm(elsewhere, await nameOn(elsewhere, owner.email), ['sign-in-password', password]);
  if (app) other = await fillForm(elsewhere, other, ['second-step', { totp: app.code() }]);
  serving.clock.advance(60_000);
  const browser = visit(serving);
  const attempt = fieldIn(await nameOn(browser, owner.email), 'attempt');
  return { account: owner.account, browser, attempt, app, other, enrolment: owner.account, made: undefined };
}

/** Each step as its form sends it, from whatever the journey has by then. */
const steps: Readonly<Record<string, (journey: Journey) => Promise<Answer>>> = {
  password: ({ browser, attempt }) =>
    browser.ask('POST', '/sign-in/password', form({ attempt, password: goodPassword })),
  code: ({ browser, attempt, app }) =>
    browser.ask('POST', '/sign-in/second', form({ attempt, totp: app?.code() ?? '000000' })),
  passkey: ({ browser, attempt, other }) => {
    const { ceremony = '' } = formOn(other, 'enrol-passkey').hidden;
    return browser.ask('POST', '/sign-in/second-passkey', form({ attempt, ceremony, passkey_answer: '{}' }));
  },
  'begin an app': async (journey) => {
    const { browser, attempt } = journey;
    const answer = await browser.ask('POST', '/sign-in/enrol', form({ attempt }));
    if (answer.status === 200) {
      journey.enrolment = formOn(answer, 'enrolment').hidden['enrolment'] ?? '';
      journey.made = authenticator(serving, textOf(answer, 'secret').replaceAll(' ', ''));
    }
    return answer;
  },
  'confirm the app': ({ browser, attempt, enrolment, made }) =>
    browser.ask('POST', '/sign-in/enrolment', form({ attempt, enrolment, code: made?.code() ?? '000000' })),
  'make a passkey': async ({ browser, attempt, other }) => {
    const page = await openPage(browser, secondPath(attempt));
    const shown = page.text.includes('id="enrol-passkey"') ? page : other;
    const body = { ...madePasskey(serving, shown).body, attempt };
    return browser.ask('POST', '/sign-in/enrol-passkey', form(body));
  },
  'keep the account': ({ browser, attempt }) => browser.ask('POST', '/sign-in/keep', form({ attempt })),
};
const names = Object.keys(steps);
const pairs = names.flatMap((first) => names.map((second) => [first, second] as const));

/** What a sign-in may do next, said apart from the server: where it stands, and what was proven and begun. */
interface Stand {
  at: 'name' | 'factor' | 'set-up' | 'in';
  begun: boolean;
  codeUsed: boolean;
}

/** Whether a step leads on from where a sign-in stands; notes where it stands then. */
function leadsOn(stand: Stand, step: string, { demand, hasApp }: Kind): boolean {
  const isSetUp = stand.at === 'set-up';
  const leads: Readonly<Record<string, () => boolean>> = {
    password: () => stand.at === 'name',
    code: () => stand.at === 'factor' && hasApp && !stand.codeUsed,
    'begin an app': () => isSetUp && demand === 'second-factor',
    'confirm the app': () => isSetUp && stand.begun,
    'make a passkey': () => isSetUp,
  };
  if (!leads[step]?.()) return false;
  if (step === 'password') stand.at = hasApp ? 'factor' : 'set-up';
  else if (step === 'code') [stand.at, stand.codeUsed] = ['set-up', true];
  else if (step === 'begin an app') stand.begun = true;
  else stand.at = 'in';
  return true;
}

const isSignedIn = async ({ browser }: Journey): Promise<boolean> =>
  (await browser.ask('GET', '/api/v1/session')).status === 200;

describe.each(Object.entries(kinds))('SES-06, MFA-06: an account has %s', (_name, kind) => {
  test.each(pairs)('%s, then %s: each leads on only where it is asked for', async (first, second) => {
    for (const before of [[], kind.hasApp ? ['password', 'code'] : ['password']]) {
      const journey = await begin(kind);
      const stand: Stand = { at: 'name', begun: false, codeUsed: false };
      for (const name of [...before, first, second]) {
        const leads = leadsOn(stand, name, kind);
        const answer = await steps[name]?.(journey);
        expect([before, name, (answer?.status ?? 500) < 400]).toEqual([before, name, leads]);
        expect([before, name, await isSignedIn(journey)]).toEqual([before, name, stand.at === 'in']);
      }
      const held = await serving.assembly.ports.store.read.factors.held(journey.account);
      const added = Number(held.totp) + held.passkeys - Number(kind.hasApp);
      expect([before, added]).toEqual([before, stand.at === 'in' ? 1 : 0]);
    }
  });
});
