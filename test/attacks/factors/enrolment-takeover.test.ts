/** Nobody puts a factor of their own on an account by a sign-in that does not end in a session of it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { governAccount } from '../../../packages/server/src/domain/accounts/govern.ts';
import { giveRoles, otherPassword, type Person, person } from '../../journeys/cast.ts';
import { codeIn, proveAddress } from '../../journeys/mail/mail-cast.ts';
import { form, headingOf } from '../../kit/clients.ts';
import { madePasskey, putRole, secondPath } from '../../kit/enrolment.ts';
import { addTotp, authenticator } from '../../kit/factors.ts';
import { mailTo } from '../../kit/mails.ts';
import { type Arrived, fillForm, formOn, openPage, sendForm, textOf } from '../../kit/page-forms.ts';
import { beginRegistration } from '../../kit/passkeys.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, goodPassword, type Visitor, visit } from '../../kit/visitor.ts';

let serving: Serving;
let ada: Person;
beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true, settings: { networkAttempts: 1000 } });
  for (const demand of ['second-factor', 'passkey'] as const) await putRole(serving, demand);
  ada = await person(serving, 'ada');
  await proveAddress(serving, ada, ada.email);
});
afterEach(() => serving.close());

const held = () => serving.assembly.ports.store.read.factors.held(ada.account);
const nothing = { totp: false, passkeys: 0, recoveryCodes: 0 };
const eventTypes = async (): Promise<string[]> =>
  (await serving.assembly.ports.store.read.events.list({ after: 0, limit: 1000 })).map(({ type }) => type);

/** The page that demands a factor, in a browser. */
async function demanded(browser: Visitor, identifier = ada.email): Promise<Arrived> {
  const named = await fillForm(browser, await openPage(browser, '/sign-in'), ['sign-in', { identifier }]);
  return fillForm(browser, named, ['sign-in-password', { password: goodPassword }]);
}

/** Sets a factor up from that page, each way as far as its last step. */
const ways: Readonly<Record<string, (browser: Visitor, page: Arrived) => Promise<() => Promise<Answer>>>> = {
  'an authenticator': async (browser, page) => {
    const shown = await fillForm(browser, page, ['enrol', {}]);
    const made = authenticator(serving, textOf(shown, 'secret').replaceAll(' ', ''));
    return () => sendForm(browser, shown, ['enrolment', { code: made.code() }]);
  },
  'a passkey': async (browser, page) => {
    const { body } = madePasskey(serving, page);
    return () => browser.ask('POST', '/sign-in/enrol-passkey', form(body));
  },
};
const names = Object.keys(ways);

/** Has a role of ada's demand a factor, and her sessions stand yet: as in the moment before they are judged. */
const demandOf = (role: string): Promise<boolean> =>
  serving.assembly.ports.store.transact((tx) =>
    tx.accounts.update(ada.account, { roles: [role], updatedAt: serving.clock.now() }),
  );

/** Stands before the last step of setting a factor up. */
async function ready(name: string, browser = visit(serving)): Promise<() => Promise<Answer>> {
  await demandOf('second-factor');
  const last = await ways[name]?.(browser, await demanded(browser));
  if (!last) throw new Error(`no way ${name}`);
  return last;
}

describe.each(names)('MFA-06: %s that is set up in a sign-in', (name) => {
  test('is written with its event and its mail, and lets in by two factors', async () => {
    const browser = visit(serving);
    const answer = await (await ready(name, browser))();
    expect([answer.status, headingOf(answer)]).toEqual([200, 'Keep your recovery codes']);
    expect((await held()).recoveryCodes).toBe(10);
    expect(await eventTypes()).toContain('factor.added');
    const mail = await mailTo(serving, ada.email, 'factor-added');
    expect(mail.values).toMatchObject({ factor: name === 'a passkey' ? 'passkey' : 'totp' });
    const { session } = (await browser.ask('GET', '/api/v1/session')).json as { session: { amr: string[] } };
    expect(session.amr).toEqual(['pwd', name === 'a passkey' ? 'pop' : 'otp', 'mfa']);
  });

  test('is not there when the password was changed meanwhile', async () => {
    const last = await ready(name);
    const stranger = visit(serving);
    const asked = await stranger.ask('POST', '/api/v1/password-resets', { body: { email: ada.email } });
    const code = await codeIn(serving, ada.email, 'password-reset');
    const body = { ticket: asked.json['ticket'], code, new_password: otherPassword };
    expect((await stranger.ask('POST', '/api/v1/password-resets/confirm', { body })).status).toBe(204);
    expect((await last()).status).toBe(401);
    expect(await held()).toEqual(nothing);
    expect(await eventTypes()).not.toContain('factor.added');
  });

  test('is not there when nothing demands it any more, or the account was disabled', async () => {
    const last = await ready(name);
    await giveRoles(serving, ada.account, []);
    expect((await last()).status).toBe(403);
    const again = await ready(name);
    const operator = { actor: 'operator', permissions: 'all', network: 'unknown' } as const;
    const disabled = { accountId: ada.account, change: { status: 'disabled' } } as const;
    await governAccount(serving.assembly.ports, operator, disabled);
    expect((await again()).status).toBe(401);
    expect(await held()).toEqual(nothing);
  });

  test('is not there when the owner has set up one of their own meanwhile', async () => {
    const last = await ready(name);
    await addTotp(serving, ada);
    const before = await held();
    const answer = await last();
    expect([answer.status, await held()]).toEqual([403, before]);
    // The browser is now asked for the factor that is there.
    expect(headingOf(answer)).toBe('One more proof');
  });

  test('is set up by one of two that do so at once', async () => {
    const [one, other] = [await ready(name), await ready(name)];
    const answers = await Promise.all([one(), other()]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 403]));
    const { totp, passkeys } = await held();
    expect(Number(totp) + passkeys).toBe(1);
  });

  test('is set up once, by fifty that send the same', async () => {
    const last = await ready(name);
    const answers = await Promise.all(Array.from({ length: 50 }, last));
    expect(answers.filter(({ status }) => status < 400)).toHaveLength(1);
  });

  test('SES-20: is refused five minutes after the sign-in began', async () => {
    const browser = visit(serving);
    const last = await ready(name, browser);
    serving.clock.advance(301_000);
    const answer = await last();
    expect([answer.status, await held()]).toEqual([403, nothing]);
  });

  test('SES-06: is refused in another browser', async () => {
    const browser = visit(serving);
    const last = await ready(name, browser);
    browser.cookies.set('doorward_browser', 'of somebody else');
    expect((await last()).status).toBe(403);
    browser.cookies.clear();
    expect([(await last()).status, await held()]).toEqual([403, nothing]);
  });
});

test('SES-06: what was begun in one sign-in is nothing in another, of whichever account', async () => {
  const eve = await person(serving, 'eve');
  await giveRoles(serving, eve.account, ['second-factor']);
  await giveRoles(serving, ada.account, ['second-factor']);
  const browser = visit(serving);
  const page = await demanded(browser);
  const shown = await fillForm(browser, page, ['enrol', {}]);
  const code = authenticator(serving, textOf(shown, 'secret').replaceAll(' ', '')).code();
  const { enrolment = '' } = formOn(shown, 'enrolment').hidden;
  const { body } = madePasskey(serving, page);
  for (const identifier of [eve.email, ada.email]) {
    const other = await demanded(browser, identifier);
    const { attempt = '' } = formOn(other, 'enrol-passkey').hidden;
    const made = await browser.ask('POST', '/sign-in/enrol-passkey', form({ ...body, attempt }));
    expect([identifier, made.status]).toEqual([identifier, 403]);
    if (identifier === ada.email) continue;
    const confirmed = await browser.ask('POST', '/sign-in/enrolment', form({ attempt, enrolment, code }));
    expect(confirmed.status).toBe(403);
  }
  expect(await serving.assembly.ports.store.read.factors.held(eve.account)).toEqual(nothing);
  expect(await held()).toEqual(nothing);
});

test('MFA-06: where a passkey is demanded no authenticator does, not even one that was begun before', async () => {
  const browser = visit(serving);
  const last = await ready('an authenticator', browser);
  await giveRoles(serving, ada.account, ['passkey']);
  expect((await last()).status).toBe(403);
  expect(await held()).toEqual(nothing);
});

test('MFA-06: a passkey that has not verified its person is not registered', async () => {
  await giveRoles(serving, ada.account, ['passkey']);
  const browser = visit(serving);
  const { body } = madePasskey(serving, await demanded(browser), { userVerified: false });
  const answer = await browser.ask('POST', '/sign-in/enrol-passkey', form(body));
  expect([answer.status, headingOf(answer), await held()]).toEqual([
    403,
    'Your role needs a passkey',
    nothing,
  ]);
});

test('MFA-06: the challenge of a sign-in adds nothing to a session, and that of a session nothing in a sign-in', async () => {
  const begun = await beginRegistration(ada);
  await demandOf('passkey');
  const browser = visit(serving);
  const page = await demanded(browser);
  const { body } = madePasskey(serving, page);
  const { ceremony = '', passkey_answer: made = '' } = body;
  const credential: unknown = JSON.parse(made);
  const there = await ada.ask('POST', '/api/v1/account/factors/passkeys', {
    body: { ceremony, name: 'Laptop', credential },
  });
  expect([there.status, there.json['code']]).toEqual([403, 'ceremony_over']);
  const here = await browser.ask(
    'POST',
    '/sign-in/enrol-passkey',
    form({ ...body, ceremony: begun.ceremony }),
  );
  expect([here.status, await held()]).toEqual([403, nothing]);
});

test('MFA-06: an account that has a factor is asked for it before another is set up', async () => {
  const totp = await addTotp(serving, ada);
  await giveRoles(serving, ada.account, ['passkey']);
  const browser = visit(serving);
  const page = await demanded(browser);
  expect(headingOf(page)).toBe('One more proof');
  const { attempt = '' } = formOn(page, 'second-step').hidden;
  for (const path of ['/sign-in/enrol', '/sign-in/enrolment', '/sign-in/enrol-passkey']) {
    const more = {
      '/sign-in/enrol': {},
      '/sign-in/enrolment': { enrolment: 'none', code: totp.code() },
      '/sign-in/enrol-passkey': { ceremony: 'bm9uZQ', name: 'x', passkey_answer: '{}' },
    }[path];
    expect((await browser.ask('POST', path, form({ attempt, ...more }))).status).toBe(403);
  }
  const offered = await fillForm(browser, page, ['second-step', { totp: totp.code() }]);
  expect(headingOf(offered)).toBe('Your role needs a passkey');
  const { body } = madePasskey(serving, await openPage(browser, secondPath(attempt)));
  const answer = await browser.ask('POST', '/sign-in/enrol-passkey', form(body));
  // It has had codes since its first factor.
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
  const { session } = (await browser.ask('GET', '/api/v1/session')).json as { session: { amr: string[] } };
  expect(session.amr).toEqual(['pwd', 'otp', 'pop', 'mfa']);
});

test('MFA-06: whoever keeps a closed account sets the factor up first, and the account is kept by the word alone', async () => {
  const closed = await ada.ask('DELETE', '/api/v1/account', { body: { password: goodPassword } });
  expect(closed.status).toBe(202);
  await giveRoles(serving, ada.account, ['second-factor']);
  const browser = visit(serving);
  const { body } = madePasskey(serving, await demanded(browser));
  const answer = await browser.ask('POST', '/sign-in/enrol-passkey', form(body));
  expect([answer.status, headingOf(answer)]).toEqual([200, 'Keep your recovery codes']);
  expect((await browser.ask('GET', '/api/v1/session')).status).toBe(401);
  const next = /id="go-on" href="([^"]*)"/.exec(answer.text)?.[1] ?? '';
  await fillForm(browser, await openPage(browser, next), ['keep-form', {}]);
  const { session } = (await browser.ask('GET', '/api/v1/session')).json as { session: { amr: string[] } };
  expect(session.amr).toEqual(['pwd', 'pop', 'mfa']);
});
