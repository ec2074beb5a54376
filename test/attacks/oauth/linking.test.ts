/** Whose account an outside sign-in opens, and who may say so. */
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import {
  comeBack,
  pressButton,
  type SmallProvider,
  serveWith,
  signInWith,
  smallProvider,
} from '../../kit/outside.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, member, signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';

let serving: Serving;
let house: SmallProvider;
let other: SmallProvider;

beforeAll(async () => {
  house = await smallProvider();
  other = await smallProvider();
  serving = await serveWith({ house, other }, (settings) =>
    serveHandler({ settings: { ...settings, signUpAttempts: 1000 }, lightHashing: true }),
  );
  return () => Promise.all([serving.close(), house.close(), other.close()]);
});

beforeEach(() => {
  for (const { behaviour } of [house, other]) {
    behaviour.claims = {};
    behaviour.token = undefined;
    behaviour.answer = undefined;
  }
});

const identities = async (visitor: Visitor): Promise<readonly Record<string, string>[]> =>
  (await visitor.ask('GET', '/api/v1/account/identities')).json['identities'] as Record<string, string>[];

const account = async (visitor: Visitor): Promise<Answer['json']> =>
  (await visitor.ask('GET', '/api/v1/account')).json;

describe('LNK-03: an identity is issuer and subject', () => {
  test('the same subject at two providers is two accounts', async () => {
    house.behaviour.claims = { sub: 'shared', email: 'one@example.com', email_verified: true };
    other.behaviour.claims = { sub: 'shared', email: 'one@example.com', email_verified: true };
    const here = visit(serving);
    const there = visit(serving);
    await signInWith(here, 'house', house);
    await signInWith(there, 'other', other);
    expect((await account(here))['id']).not.toBe((await account(there))['id']);
  });

  test('a subject keeps its account when its name and address change', async () => {
    house.behaviour.claims = { sub: 'moved', name: 'Old', email: 'old@example.com', email_verified: true };
    const before = visit(serving);
    await signInWith(before, 'house', house);
    house.behaviour.claims = { sub: 'moved', name: 'New', email: 'new@example.com', email_verified: true };
    const after = visit(serving);
    await signInWith(after, 'house', house);
    expect(await account(after)).toEqual(await account(before));
  });

  test('an issuer that nobody configured is unknown', async () => {
    expect((await pressButton(visit(serving), 'evil')).status).toBe(404);
  });
});

describe('LNK-02: an address', () => {
  test.each([[false], [undefined], ['true'], ['false'], [1], [0], ['TRUE']])(
    'that is verified by %j is not taken over',
    async (verified) => {
      const email = `maybe-${String(verified)}-${typeof verified}@example.com`;
      house.behaviour.claims = {
        sub: `${typeof verified} ${String(verified)}`,
        email,
        email_verified: verified,
      };
      const ada = visit(serving);
      await signInWith(ada, 'house', house);
      expect((await account(ada))['email']).toBeNull();
    },
  );

  test('that is verified and free is taken over', async () => {
    house.behaviour.claims = { sub: 'free', email: 'Free@example.com', email_verified: true };
    const ada = visit(serving);
    await signInWith(ada, 'house', house);
    expect((await account(ada))['email']).toBe('Free@example.com');
  });

  test('LNK-01: that somebody signed up with first stays with them, and opens nothing either way', async () => {
    const early = visit(serving);
    const earlyId = await signUp(early, 'victim@example.com');
    house.behaviour.claims = { sub: 'victim', email: 'victim@example.com', email_verified: true };
    const victim = visit(serving);
    await signInWith(victim, 'house', house);
    const { id, email } = await account(victim);
    expect([id === earlyId, email]).toEqual([false, null]);
    await signIn(early, 'victim@example.com');
    expect(await identities(early)).toEqual([]);
  });

  test.each([
    ['a@example.com,b@example.com'],
    ['a@b@example.com'],
    ['a\uFF20example.com'],
    ['a@example.com\r\nbcc: b@example.com'],
    ['"a"@example.com'],
    ['Ada <a@example.com>'],
    [`${'a'.repeat(320)}@example.com`],
    [['a@example.com']],
  ])('LNK-09: that reads like two is none: %j', async (email) => {
    house.behaviour.claims = { sub: JSON.stringify(email).slice(0, 60), email, email_verified: true };
    const ada = visit(serving);
    expect((await signInWith(ada, 'house', house)).status).toBe(303);
    expect((await account(ada))['email']).toBeNull();
  });
});

describe('LNK-06: linking', () => {
  const begin = (visitor: Visitor, provider = 'house') =>
    visitor.ask('POST', '/api/v1/account/identities', { body: { provider } });

  async function person(name: string): Promise<Visitor> {
    const visitor = visit(serving);
    await signUp(visitor, `${name}@example.com`);
    await signIn(visitor, `${name}@example.com`);
    return visitor;
  }

  test('needs somebody who has just proven to be the owner', async () => {
    const ada = await person('linking');
    serving.clock.advance(301_000);
    const late = await begin(ada);
    expect([late.status, late.json['code']]).toEqual([403, 'proof_too_old']);
    expect((await begin(visit(serving))).status).toBe(401);
  });

  test('cannot be begun by another site', async () => {
    const ada = await person('forged');
    const headers = { origin: 'https://evil.example' };
    const answer = await ada.ask('POST', '/api/v1/account/identities', {
      body: { provider: 'house' },
      headers,
    });
    expect([answer.status, answer.json['code']]).toEqual([403, 'origin_refused']);
  });

  test('does not take an identity from another account', async () => {
    house.behaviour.claims = { sub: 'owned' };
    await signInWith(visit(serving), 'house', house);
    const mallory = await person('mallory');
    const { json } = await begin(mallory);
    const answer = await comeBack(mallory, 'house', house.consent(member(json, 'location')));
    expect([answer.status, await identities(mallory)]).toEqual([409, []]);
  });

  test('does not go on for a session that ended meanwhile, or in another browser', async () => {
    house.behaviour.claims = { sub: 'late' };
    const ada = await person('gone');
    const first = house.consent(member((await begin(ada)).json, 'location'));
    const elsewhere = await comeBack(visit(serving), 'house', first);
    expect(elsewhere.status).toBe(403);
    await ada.ask('DELETE', '/api/v1/session');
    expect((await comeBack(ada, 'house', first)).status).toBe(403);
    await signIn(ada, 'gone@example.com');
    expect(await identities(ada)).toEqual([]);
  });

  test('LNK-10: of two at once one unlinks, and the last way in stays', async () => {
    house.behaviour.claims = { sub: 'double' };
    other.behaviour.claims = { sub: 'double' };
    const ada = visit(serving);
    await signInWith(ada, 'house', house);
    const { json } = await begin(ada, 'other');
    await comeBack(ada, 'other', other.consent(member(json, 'location')));
    const linked = await identities(ada);
    const answers = await Promise.all(
      linked.map(({ id }) => ada.ask('DELETE', `/api/v1/account/identities/${id}`)),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([204, 409]);
    expect(await identities(ada)).toHaveLength(1);
  });

  test('unlinks nothing of another account', async () => {
    house.behaviour.claims = { sub: 'theirs' };
    const ada = visit(serving);
    await signInWith(ada, 'house', house);
    const [identity] = await identities(ada);
    const mallory = await person('unlinking');
    const answer = await mallory.ask('DELETE', `/api/v1/account/identities/${identity?.['id']}`);
    expect([answer.status, (await identities(ada)).length]).toEqual([404, 1]);
  });
});

describe('LNK-08: a provider that was taken out', () => {
  test('lets nobody in, not even those who are under way, and is no way in any more', async () => {
    house.behaviour.claims = { sub: 'left' };
    const before = await serveWith({ house }, (settings) => serveHandler({ settings, lightHashing: true }));
    const { dataFolder } = before;
    const ada = visit(before);
    const answer = house.consent((await pressButton(ada, 'house')).location);
    const after = await serveWith({ other }, (settings) =>
      serveHandler({ settings, lightHashing: true, dataFolder }),
    );
    const late = visit(after);
    for (const [name, value] of ada.cookies) late.cookies.set(name, value);
    expect((await comeBack(late, 'house', answer)).status).toBe(404);
    await after.close();
    await before.close();
  });
});

test('an identity makes no account where strangers may not', async () => {
  house.behaviour.claims = { sub: 'stranger' };
  const closed = await serveWith({ house }, (settings) =>
    serveHandler({ settings: { ...settings, signUp: 'closed' }, lightHashing: true }),
  );
  onTestFinished(() => closed.close());
  const answer = await signInWith(visit(closed), 'house', house);
  expect([answer.status, answer.json['code']]).toEqual([403, 'sign_up_closed']);
});
