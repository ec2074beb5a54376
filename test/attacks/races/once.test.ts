/** What is good once is good once in all processes together: each value is shown to two servers on the same data at once. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { administrator, otherPassword, type Person, person } from '../../journeys/cast.ts';
import { codeIn, linkIn, proveAddress } from '../../journeys/mail/mail-cast.ts';
import {
  askTokens,
  clientKey,
  codeFor,
  deviceFor,
  deviceGrant,
  pkce,
  program,
  proof,
} from '../../journeys/oauth/cast.ts';
import { callback } from '../../kit/clients.ts';
import { addTotp, authenticator, prove, trySignIn } from '../../kit/factors.ts';
import { addPasskey, beginRegistration, beginSignIn, register, signInBy } from '../../kit/passkeys.ts';
import { type Serving, serveTwo } from '../../kit/serving.ts';
import { type Answer, goodPassword, member, type Visitor, visit } from '../../kit/visitor.ts';

let one: Serving;
let other: Serving;
let close: () => Promise<void>;
beforeEach(async () => {
  const settings = { signUpAttempts: 1000, accountAttempts: 100, networkAttempts: 1000 };
  ({ one, other, close } = await serveTwo({ lightHashing: true, settings }));
});
afterEach(() => close());

/** Somebody with their session at another server. */
const asking = (serving: Serving, { access }: Person): Pick<Visitor, 'ask'> => ({
  ask: (method, path, said) =>
    visit(serving, { program: true }).ask(method, path, { bearer: access, ...said }),
});

/** As many at once, over both servers by turns. */
const crowd = (show: (serving: Serving, turn: number) => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: 12 }, (_, turn) => show(turn % 2 === 0 ? one : other, turn)));

/** How many were answered so. */
const answered = (answers: readonly Answer[], ...statuses: readonly number[]): number =>
  answers.filter(({ status }) => statuses.includes(status)).length;

/** One holds, and everybody else is refused clearly. */
function expectOnce(answers: readonly Answer[], status: number): void {
  expect(answered(answers, status)).toBe(1);
  expect(answers.filter((answer) => answer.status >= 400 && answer.status < 500)).toHaveLength(
    answers.length - 1,
  );
}

describe('factors over two processes', () => {
  let ada: Person;
  beforeEach(async () => {
    ada = await person(one, 'ada');
  });

  test('MFA-02: one code of an authenticator signs in once', async () => {
    const totp = await addTotp(one, ada);
    const code = totp.code();
    expectOnce(await crowd((serving) => trySignIn(visit(serving), ada.email, { totp: code })), 201);
  });

  test('MFA-09: one recovery code signs in once', async () => {
    const [code] = (await addTotp(one, ada)).recoveryCodes;
    expectOnce(await crowd((serving) => trySignIn(visit(serving), ada.email, { recovery_code: code })), 201);
  });

  test('one answer of a passkey signs in once, and its count never goes back', async () => {
    const credential = await addPasskey(one, ada, { counter: 7 });
    credential.counter = 8;
    const browser = visit(one);
    const begun = await beginSignIn(browser);
    const answers = await crowd((serving) => {
      const same = visit(serving);
      for (const [name, value] of browser.cookies) same.cookies.set(name, value);
      return signInBy(serving, same, { credential, begun });
    });
    expectOnce(answers, 201);
    const [kept] = await one.assembly.ports.store.read.passkeys.list(ada.account);
    expect(kept?.counter).toBe(8);
  });

  test('one ceremony registers one passkey', async () => {
    const begun = await beginRegistration(ada);
    const answers = await crowd(
      async (serving) => (await register(serving, asking(serving, ada), { begun })).answer,
    );
    expectOnce(answers, 201);
    expect(await one.assembly.ports.store.read.passkeys.list(ada.account)).toHaveLength(1);
  });

  test('of an authenticator and a passkey that are the first at once, one brings the recovery codes', async () => {
    const begun = await ada.ask('POST', '/api/v1/account/factors/totp');
    const enrolment = begun.json['enrolment'];
    const code = authenticator(one, String(begun.json['secret'])).code();
    const ceremony = await beginRegistration(ada);
    const answers = await Promise.all([
      asking(other, ada).ask('PUT', '/api/v1/account/factors/totp', { body: { enrolment, code } }),
      register(one, ada, { begun: ceremony }).then(({ answer }) => answer),
    ]);
    const shown = answers.filter(({ json }) => Array.isArray(json['recovery_codes']));
    expect(shown).toHaveLength(1);
  });

  test('MFA-13: the cookie of a remembered browser stands for a factor once', async () => {
    const totp = await addTotp(one, ada);
    const browser = visit(one);
    await trySignIn(browser, ada.email, { totp: totp.code(), remember_device: true });
    one.clock.advance(60_000);
    const cookies = [...browser.cookies].filter(([name]) => name.startsWith('doorward_device_'));
    const answers = await crowd((serving) => {
      const copy = visit(serving);
      for (const [name, value] of cookies) copy.cookies.set(name, value);
      return trySignIn(copy, ada.email);
    });
    expectOnce(answers, 201);
  });

  test('one code proves a session again once', async () => {
    const totp = await addTotp(one, ada);
    const body = { password: goodPassword, totp: totp.code() };
    expectOnce(await crowd((serving) => prove(asking(serving, ada), body)), 200);
  });
});

describe('mails over two processes', () => {
  test('TOK-20: one code of a mail makes one account', async () => {
    const email = 'new@example.com';
    const asked = await visit(one).ask('POST', '/api/v1/accounts', {
      body: { email, password: goodPassword },
    });
    expect(asked.status).toBe(201);
    const ada = await person(one, 'ada');
    const begun = await ada.ask('POST', '/api/v1/account/email', { body: { email: 'other@example.com' } });
    const ticket = member(begun.json, 'ticket');
    const code = await codeIn(one, 'other@example.com', 'email-change');
    const answers = await crowd((serving) =>
      asking(serving, ada).ask('POST', '/api/v1/account/email/confirm', { body: { ticket, code } }),
    );
    expectOnce(answers, 200);
  });

  test('PWD-01: one mail sets a password once', async () => {
    const ada = await person(one, 'ada');
    await proveAddress(one, ada, ada.email);
    const asked = await visit(one).ask('POST', '/api/v1/password-resets', { body: { email: ada.email } });
    const body = {
      ticket: member(asked.json, 'ticket'),
      code: await codeIn(one, ada.email, 'password-reset'),
      new_password: otherPassword,
    };
    expectOnce(
      await crowd((serving) => visit(serving).ask('POST', '/api/v1/password-resets/confirm', { body })),
      204,
    );
  });

  test('LNK-12: one invitation makes one account', async () => {
    const root = await administrator(one);
    const offer = { email: 'guest@example.com', roles: ['admin'] };
    const offered = await root.ask('POST', '/api/v1/admin/invitations', { body: offer });
    expect(offered.status).toBe(201);
    const body = { link: await linkIn(one, 'guest@example.com', 'invitation'), password: goodPassword };
    expectOnce(
      await crowd((serving) => visit(serving).ask('POST', '/api/v1/invitations/accept', { body })),
      201,
    );
  });

  test('PWD-06: one change of address is taken back once', async () => {
    const ada = await person(one, 'ada');
    await proveAddress(one, ada, ada.email);
    await proveAddress(one, ada, 'thief@example.com');
    const body = { link: await linkIn(one, ada.email, 'email-changed'), new_password: otherPassword };
    expectOnce(
      await crowd((serving) => visit(serving).ask('POST', '/api/v1/account/email/undo', { body })),
      204,
    );
  });
});

describe('clients over two processes', () => {
  test('a device that was allowed is given tokens once', async () => {
    const ada = await person(one, 'ada');
    const app = await program(one);
    const { code } = await deviceFor(one, app, { status: 'allowed', sessionId: ada.session });
    const fields = { grant_type: deviceGrant, device_code: code };
    expectOnce(await crowd((serving) => askTokens(serving, { fields, as: app })), 200);
  });

  test('DPOP-02: one proof of a key is good once', async () => {
    const app = await program(one);
    const key = clientKey();
    const fields = { grant_type: 'client_credentials' };
    const first = await askTokens(one, { fields, as: app, headers: { dpop: proof(one, key) } });
    const dpop = proof(one, key, { nonce: first.headers.get('dpop-nonce') ?? '' });
    expectOnce(await crowd((serving) => askTokens(serving, { fields, as: app, headers: { dpop } })), 200);
  });

  test('of a code that comes to both at once nothing is left in the end, and no client sees a fault of ours', async () => {
    const ada = await person(one, 'ada');
    const app = await program(one);
    const { verifier, challenge } = pkce();
    const code = await codeFor(one, app, { session: ada.session, codeChallenge: challenge });
    const fields = {
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: callback,
    };
    const answers = await crowd((serving) => askTokens(serving, { fields, as: app }));
    expectOnce(answers, 200);
    const given = answers.find(({ status }) => status === 200);
    const refreshing = {
      grant_type: 'refresh_token',
      refresh_token: member(given?.json ?? {}, 'refresh_token'),
    };
    expect((await askTokens(other, { fields: refreshing, as: app })).status).toBe(400);
  });

  test('a client that is taken away while its codes are redeemed is refused clearly', async () => {
    const root = await administrator(one);
    const ada = await person(one, 'ada');
    for (let round = 0; round < 6; round += 1) {
      const app = await program(one);
      const codes = await Promise.all(
        Array.from({ length: 6 }, () => codeFor(one, app, { session: ada.session })),
      );
      const answers = await Promise.all([
        ...codes.map((code, turn) =>
          askTokens(turn % 2 === 0 ? one : other, {
            fields: { grant_type: 'authorization_code', code, redirect_uri: callback },
            as: app,
          }),
        ),
        root.ask('DELETE', `/api/v1/admin/clients/${app.id}`),
      ]);
      expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
    }
  });
});
