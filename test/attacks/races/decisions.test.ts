/** What was looked at still holds when it is done, in all processes together: two servers on the same data decide at once. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { setFirstPassword } from '../../../packages/server/src/domain/accounts/first-password.ts';
import { putRole } from '../../../packages/server/src/domain/accounts/govern.ts';
import {
  offerFirstSetUp,
  offerSetUp,
  useSetUp,
} from '../../../packages/server/src/domain/accounts/set-up.ts';
import { newAccount } from '../../../packages/server/src/domain/accounts/sign-up.ts';
import { collect } from '../../../packages/server/src/domain/admin/collect.ts';
import { removePasskey } from '../../../packages/server/src/domain/factors/passkeys.ts';
import { isFailure } from '../../../packages/server/src/domain/failures.ts';
import {
  isRefused,
  proveClientAccess,
} from '../../../packages/server/src/domain/oauth/client-access-token.ts';
import { findAttempt } from '../../../packages/server/src/domain/sessions/attempt.ts';
import { identify, stepByPassword } from '../../../packages/server/src/domain/sessions/first-step.ts';
import { stepByFactor } from '../../../packages/server/src/domain/sessions/second-step.ts';
import { beginSession } from '../../../packages/server/src/domain/sessions/sign-in.ts';
import { signInByIdentity } from '../../../packages/server/src/domain/sessions/sign-in-by-identity.ts';
import { sessionCarriers } from '../../../packages/server/src/domain/tokens/session-carriers.ts';
import { otherPassword, person } from '../../journeys/cast.ts';
import { codeIn } from '../../journeys/mail/mail-cast.ts';
import { askTokens, codeFor, pkce, program } from '../../journeys/oauth/cast.ts';
import { callback } from '../../kit/clients.ts';
import { addTotp } from '../../kit/factors.ts';
import { type Serving, serveTwo } from '../../kit/serving.ts';
import { type Answer, goodPassword, member, signIn, signUp, visit } from '../../kit/visitor.ts';

let one: Serving;
let other: Serving;
let close: () => Promise<void>;
beforeEach(async () => {
  const settings = { signUpAttempts: 1000, accountAttempts: 100, networkAttempts: 1000 };
  ({ one, other, close } = await serveTwo({ lightHashing: true, settings }));
});
afterEach(() => close());

const turnOf = (turn: number): Serving => (turn % 2 === 0 ? one : other);

/** What each of so many at once came to: its value, or the code of its failure. */
const outcomes = <T>(
  count: number,
  work: (serving: Serving, turn: number) => Promise<T>,
): Promise<(T | string)[]> =>
  Promise.all(
    Array.from({ length: count }, (_, turn) =>
      work(turnOf(turn), turn).catch((thrown: unknown) => {
        if (isFailure(thrown)) return thrown.code;
        throw thrown;
      }),
    ),
  );

const carrier = sessionCarriers.opaque;
const network = '203.0.113.7';
const language = 'en';

/** Somebody whom no password proves, and their session. */
async function withoutPassword(name: string) {
  const { ports } = one.assembly;
  const email = `${name}@example.com`;
  const account = newAccount(ports, { name, email });
  const identifier = { kind: 'email', typed: email, canonical: email } as const;
  await ports.store.transact((tx) => tx.accounts.insert(account, [identifier]));
  return { account, email };
}

const sessionOf = async (accountId: string, amr: string) =>
  (await beginSession(one.assembly.ports, { accountId, carrier, amr, network, clientName: '' })).session;

test('of two first passwords one is kept, and it is the one whose owner was told so', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { account, email } = await withoutPassword(`person${round}`);
    const session = await sessionOf(account.id, 'fed');
    const passwords = [goodPassword, otherPassword];
    const results = await outcomes(2, async ({ assembly }, turn) => {
      const newPassword = passwords[turn] ?? '';
      await setFirstPassword(assembly.ports, { session, newPassword, network, language });
      return newPassword;
    });
    const kept = results.filter((result) => result !== 'password_exists');
    expect(kept).toHaveLength(1);
    await signIn(visit(other), email, { password: kept[0] ?? '' });
  }
});

test('of two passkeys that are the last way in one stays', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { account } = await withoutPassword(`person${round}`);
    const { ports } = one.assembly;
    const ids = [`${account.id}-1`, `${account.id}-2`];
    await ports.store.transact(async (tx) => {
      for (const id of ids)
        await tx.passkeys.insert({
          id,
          accountId: account.id,
          credentialId: id,
          publicKey: new Uint8Array(3),
          counter: 0,
          transports: [],
          aaguid: '',
          isBackupEligible: true,
          isBackedUp: true,
          name: '',
          createdAt: 1,
          usedAt: 0,
        });
    });
    const owner = {
      accountId: account.id,
      sessionId: '',
      amr: 'pop mfa',
      provenAt: ports.clock.now(),
      network,
      language,
    } as const;
    const results = await outcomes(2, ({ assembly }, turn) =>
      removePasskey(assembly.ports, owner, ids[turn] ?? ''),
    );
    expect(results.filter((result) => result === 'last_way_in')).toHaveLength(1);
    expect(await ports.store.read.passkeys.list(account.id)).toHaveLength(1);
  }
});

test('nobody replaces a role that somebody who may more is making', async () => {
  const weak = { actor: 'weak', permissions: ['doorward:roles:write'], network };
  const operator = { actor: 'operator', permissions: 'all', network } as const;
  const strong = ['doorward:keys:write'];
  for (let round = 0; round < 10; round += 1) {
    const name = `role-${round}`;
    const [, lesser] = await outcomes(2, ({ assembly }, turn) =>
      putRole(assembly.ports, turn === 0 ? operator : weak, { name, permissions: turn === 0 ? strong : [] }),
    );
    const { permissions } = (await one.assembly.ports.store.read.roles.find(name)) ?? { permissions: [] };
    // Whoever came second was looked at with what the first had made.
    expect(permissions).toEqual(strong);
    expect(typeof lesser === 'string' ? lesser : 'came first').toMatch(/privilege_exceeded|came first/);
  }
});

describe('TOK-20: the set-up link', () => {
  const draft = (turn: number) => ({
    email: `root${turn}@example.com`,
    password: goodPassword,
    network,
  });

  test('makes one administrator, however many use it at once', async () => {
    const link = await offerSetUp(one.assembly.ports);
    const results = await outcomes(8, ({ assembly }, turn) =>
      useSetUp(assembly.ports, { link, ...draft(turn) }).then(({ roles }) => roles.join(' ')),
    );
    expect(results.filter((result) => result === 'admin')).toHaveLength(1);
    expect(results.filter((result) => result === 'set_up_link_invalid')).toHaveLength(7);
  });

  test('is not left behind by a server that starts while the first one is used', async () => {
    const link = (await offerFirstSetUp(one.assembly.ports)) ?? '';
    const [made, ...offered] = await outcomes(6, async ({ assembly: { ports } }, turn) =>
      turn === 0
        ? (await useSetUp(ports, { link, ...draft(0) })).roles.join(' ')
        : ((await offerFirstSetUp(ports)) ?? 'none'),
    );
    const isMade = made === 'admin';
    const late = await outcomes(offered.length, async ({ assembly: { ports } }, turn) =>
      (await useSetUp(ports, { link: offered[turn] ?? '', ...draft(turn + 1) })).roles.join(' '),
    );
    // Either the link was used, and none is good any more; or a start had voided it before, and the youngest one is.
    expect(late.filter((result) => result === 'admin')).toHaveLength(isMade ? 0 : 1);
    expect(await offerFirstSetUp(other.assembly.ports)).toBeUndefined();
  });
});

test('LNK-02: an outside sign-in that comes to both for the first time makes one account', async () => {
  const outside = {
    issuer: 'https://house.example',
    subject: 'ada',
    label: 'House',
    name: 'Ada',
    email: 'ada@example.com',
  };
  const wish = { authorization: '', next: '', identifier: '' };
  const claim = { outside, carrier, network, language, replaces: [], browser: 'browser', wish } as const;
  const results = await outcomes(6, async ({ assembly }) => {
    const { signedIn } = await signInByIdentity(assembly.ports, claim);
    return signedIn?.account.id ?? 'nobody';
  });
  expect(new Set(results).size).toBe(1);
  expect((await one.assembly.ports.store.rowCounts())['accounts']).toBe(1);
});

test('of two accounts that prove one mailbox at once one has it', async () => {
  const people = [await person(one, 'ada'), await person(one, 'eve')];
  const email = 'wanted@example.com';
  // A ticket of a mailbox voids the one before: the second belongs to the one who asked last, the first opens nothing.
  const shown: { ticket: string; code: string }[] = [];
  for (const { ask } of people) {
    const asked = await ask('POST', '/api/v1/account/email', { body: { email } });
    shown.push({ ticket: member(asked.json, 'ticket'), code: await codeIn(one, email, 'email-change') });
  }
  const sign = visit(other).ask('POST', '/api/v1/accounts', { body: { email, password: goodPassword } });
  const answers: Answer[] = await Promise.all([
    ...people.map(({ access }, turn) =>
      visit(turnOf(turn), { program: true }).ask('POST', '/api/v1/account/email/confirm', {
        bearer: access,
        body: shown[turn],
      }),
    ),
    sign,
  ]);
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  const holder = await one.assembly.ports.store.read.accounts.findByIdentifier(email);
  expect(holder?.emailVerifiedAt ?? 0).toBeGreaterThanOrEqual(0);
  const mine = await Promise.all(people.map(({ ask }) => ask('GET', '/api/v1/account')));
  const claimed = mine.filter(({ json }) => json['email'] === email);
  expect(claimed.length).toBeLessThanOrEqual(1);
  expect(claimed.every(({ json }) => json['id'] === holder?.id)).toBe(true);
});

test('an account that is kept while it is collected is there as a whole, or gone as a whole', async () => {
  const grace = 14 * 86_400_000;
  for (let round = 0; round < 5; round += 1) {
    const name = `leaver${round}`;
    const ada = await person(one, name);
    const left = await ada.ask('DELETE', '/api/v1/account', { body: { password: goodPassword } });
    expect(left.status).toBe(202);
    one.clock.advance(grace - 1);
    const [kept] = await Promise.all([
      visit(other).ask('POST', '/api/v1/sessions', {
        body: { identifier: ada.email, password: goodPassword, carrier: 'opaque', keep_account: true },
      }),
      (async () => {
        one.clock.advance(1);
        await collect(one.assembly.ports);
      })(),
    ]);
    const account = await one.assembly.ports.store.read.accounts.find(ada.account);
    expect([201, 401]).toContain(kept.status);
    expect(account?.status).toBe(kept.status === 201 ? 'active' : undefined);
  }
});

test('OAU-12: a withdrawal and a redemption at once leave nothing open', async () => {
  const app = await program(one);
  for (let round = 0; round < 10; round += 1) {
    const ada = await person(one, `person${round}`);
    const { verifier, challenge } = pkce();
    const code = await codeFor(one, app, { session: ada.session, codeChallenge: challenge });
    const redemption = { grant_type: 'authorization_code', code_verifier: verifier, redirect_uri: callback };
    const [withdrawn, redeemed] = await Promise.all([
      visit(one, { program: true }).ask('DELETE', `/api/v1/account/grants/${app.id}`, { bearer: ada.access }),
      askTokens(other, { fields: { ...redemption, code }, as: app }),
    ]);
    expect(withdrawn.status).toBe(204);
    expect(await one.assembly.ports.store.read.familyGrants.list({ accountId: ada.account })).toEqual([]);
    if (redeemed.json['error'] === 'invalid_grant') continue;
    const verdict = await proveClientAccess(other.assembly.ports, member(redeemed.json, 'access_token'));
    expect(isRefused(verdict)).toBe(true);
  }
});

test('whoever signs up at both servers under one name has one account', async () => {
  const results = await outcomes(8, (serving) =>
    signUp(visit(serving), 'twin@example.com').catch((thrown: unknown) => String(thrown)),
  );
  const refused = results.filter((result) => !/^[0-9a-f-]{36}$/.test(result));
  expect(refused).toEqual(Array(7).fill(expect.stringContaining('409')));
});

test('every step of a sign-in on our pages is taken once, by whichever process', async () => {
  const ada = await person(one, 'ada');
  const totp = await addTotp(one, ada);
  const { ports } = one.assembly;
  const browser = 'the secret of a browser';
  const wish = { authorization: '', next: '/account', identifier: ada.email };
  const step = { browser, network, language, replaces: [], device: () => undefined, wish } as const;
  const id = await identify(ports, { browser, network, wish });
  const attempt = await findAttempt(ports, id, { browser });
  const first = await outcomes(10, ({ assembly }) =>
    stepByPassword(assembly.ports, { ...step, attempt, password: goodPassword }),
  );
  expect(first.filter((result) => typeof result !== 'string')).toHaveLength(1);
  expect(first.filter((result) => result === 'sign_in_over')).toHaveLength(9);
  const moved = await findAttempt(ports, id, { browser });
  const given = { kind: 'totp', code: totp.code() } as const;
  const second = await outcomes(10, ({ assembly }) =>
    stepByFactor(assembly.ports, { ...step, attempt: moved, given, remembers: false }),
  );
  expect(
    second.flatMap((result) => (typeof result === 'string' ? [] : [result.signedIn?.account.id])),
  ).toEqual([ada.account]);
  // What stood at the first step opens nothing from the second on.
  const late = await outcomes(2, ({ assembly }) =>
    stepByPassword(assembly.ports, { ...step, attempt, password: goodPassword }),
  );
  expect(late).toEqual(['sign_in_over', 'sign_in_over']);
});
