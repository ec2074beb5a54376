import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Serving, servings } from '../../kit/serving.ts';
import { type Answer, visit } from '../../kit/visitor.ts';
import { administrator, device, type Person, refreshBy, statusOf, why } from '../cast.ts';

const day = 86_400_000;
const keysPath = '/api/v1/admin/keys';

interface Key {
  readonly kid: string;
  readonly algorithm: string;
  readonly state: string;
}

const kidOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;

describe.each(servings)('signing keys over %s', (_way, serve) => {
  let serving: Serving;
  let root: Person;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    root = await administrator(serving);
  });
  afterEach(() => serving.close());

  const states = async (): Promise<Record<string, string>> => {
    const keys = (await serving.assembly.ports.store.read.signingKeys.list()) as Key[];
    return Object.fromEntries(keys.map(({ kid, state }) => [kid, state]));
  };
  const published = async (): Promise<Record<string, unknown>[]> =>
    (await visit(serving).ask('GET', '/.well-known/jwks.json')).json['keys'] as Record<string, unknown>[];
  const kids = async (): Promise<unknown[]> => (await published()).map(({ kid }) => kid);
  /** Lets housekeeping rounds pass until what is claimed holds; each is given real time, so that the hour does not run away from it. */
  const eventually = async (claim: () => Promise<void>): Promise<void> => {
    for (let roundsLeft = 4; ; roundsLeft -= 1) {
      serving.clock.advance(60_000);
      try {
        return await vi.waitFor(claim, { timeout: 2000, interval: 10 });
      } catch (thrown) {
        if (roundsLeft === 0) throw thrown;
      }
    }
  };

  test('JWT-20: the set is public, cacheable for five minutes, and has public parts only', async () => {
    const answer = await visit(serving).ask('GET', '/.well-known/jwks.json');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    const keys = await published();
    expect(keys).toHaveLength(2);
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(2);
    for (const key of keys) {
      expect(key).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' });
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    }
  });

  test('a key is published ahead, takes over when its time comes, and old tokens live until they expire', async () => {
    const old = kidOf((await device(serving, root, { carrier: 'jwt' })).access);
    const next = Object.keys(await states()).find((kid) => kid !== old) ?? '';
    expect(new Set(await kids())).toEqual(new Set([old, next]));

    serving.clock.advance(30 * day - 1);
    const late = await device(serving, root, { carrier: 'jwt' });
    expect(kidOf(late.access)).toBe(old);
    await eventually(async () =>
      expect(await states()).toMatchObject({ [old]: 'retired', [next]: 'active' }),
    );
    const third = Object.keys(await states()).find((kid) => kid !== old && kid !== next);
    await eventually(async () => expect(new Set(await kids())).toEqual(new Set([old, next, third])));
    const fresh = await device(serving, root, { carrier: 'jwt' });
    expect(kidOf(fresh.access)).toBe(next);
    expect([await statusOf(serving, late.access), await statusOf(serving, fresh.access)]).toEqual([200, 200]);
    const answer = await refreshBy(serving, late.refresh);
    expect(kidOf(String(answer.json['access_token']))).toBe(next);
  });

  test('an operator rotates at once when the next key was published long enough, or by force', async () => {
    const jwt = await device(serving, root, { carrier: 'jwt' });
    const early = await root.ask('POST', `${keysPath}/rotation`, { body: {} });
    expect([early.status, early.json['code']]).toEqual([409, 'key_not_ready']);
    expect(early.headers.get('retry-after')).toBe('300');
    const forced = await root.ask('POST', `${keysPath}/rotation`, { body: { force: true } });
    expect((forced.json['keys'] as Key[]).map(({ state }) => state).sort()).toEqual([
      'active',
      'next',
      'retired',
    ]);
    expect(await statusOf(serving, jwt.access)).toBe(200);
    const fresh = await device(serving, root, { carrier: 'jwt' });
    expect(kidOf(fresh.access)).not.toBe(kidOf(jwt.access));
    expect(JSON.stringify((await root.ask('GET', keysPath)).json)).not.toMatch(/private|sealed|"d"/);

    serving.clock.advance(299_000);
    expect(await statusOf(serving, jwt.access)).toBe(200);
    serving.clock.advance(6_000);
    const answer = await visit(serving).ask('GET', '/api/v1/session', { bearer: jwt.access });
    expect(why(serving, answer).detail).toMatchObject({ check: 'expired', late_by_seconds: 5 });
  });

  test('a retired key leaves the set when its last token is dead and every copy of the set is stale', async () => {
    const jwt = await device(serving, root, { carrier: 'jwt' });
    await root.ask('POST', `${keysPath}/rotation`, { body: { force: true } });
    serving.clock.advance(540_000);
    await eventually(async () => expect(Object.keys(await states())).toContain(kidOf(jwt.access)));
    await eventually(async () => expect(Object.keys(await states())).not.toContain(kidOf(jwt.access)));
    await eventually(async () => expect(await kids()).toHaveLength(2));
    const answer = await visit(serving).ask('GET', '/api/v1/session', { bearer: jwt.access });
    expect(why(serving, answer).detail).toMatchObject({ check: 'signature', kid: kidOf(jwt.access) });
  });
});

describe.each(servings)('keys of several algorithms over %s', (_way, serve) => {
  let serving: Serving;
  let root: Person;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    root = await administrator(serving);
  });
  afterEach(() => serving.close());

  const lines = (answer: Answer): string[] =>
    (answer.json['keys'] as Key[]).map(({ algorithm, state }) => `${algorithm} ${state}`).sort();
  const rotate = (body: Record<string, unknown>): Promise<Answer> =>
    root.ask('POST', `${keysPath}/rotation`, { body });

  test('JWT-20: one that is asked for joins the set with its public parts, and access tokens keep theirs', async () => {
    const { access } = await device(serving, root, { carrier: 'jwt' });
    await serving.assembly.ports.keys.ready('ES256');
    const { keys } = (await visit(serving).ask('GET', '/.well-known/jwks.json')).json as {
      keys: Record<string, string>[];
    };
    expect(keys.map(({ alg }) => String(alg)).sort()).toEqual(['ES256', 'ES256', 'EdDSA', 'EdDSA']);
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(4);
    for (const key of keys.filter(({ alg }) => alg === 'ES256'))
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    const fresh = await device(serving, root, { carrier: 'jwt' });
    expect(kidOf(fresh.access)).toBe(kidOf(access));
    expect(await statusOf(serving, fresh.access)).toBe(200);
  });

  test('an operator rotates the one that is named and no other', async () => {
    const { keys } = serving.assembly.ports;
    const [main, other] = [keys.active().kid, (await keys.ready('ES256')).kid];
    const early = await rotate({ algorithm: 'ES256' });
    expect([early.status, early.json['code']]).toEqual([409, 'key_not_ready']);
    const answer = await rotate({ algorithm: 'ES256', force: true });
    expect(lines(answer)).toEqual([
      'ES256 active',
      'ES256 next',
      'ES256 retired',
      'EdDSA active',
      'EdDSA next',
    ]);
    expect(keys.active().kid).toBe(main);
    expect(keys.active('ES256').kid).not.toBe(other);
    await rotate({ force: true });
    expect(keys.active().kid).not.toBe(main);
  });

  test('one that is not in use, or is none, is refused by its field and makes no key', async () => {
    for (const algorithm of ['RS256', 'HS256', 'none', 'eddsa', '', null, ['EdDSA']]) {
      const answer = await rotate({ algorithm, force: true });
      expect([answer.status, answer.json['code']]).toEqual([400, 'input_invalid']);
      expect(answer.json['errors']).toMatchObject([{ field: 'algorithm' }]);
    }
    expect(lines(await root.ask('GET', keysPath))).toEqual(['EdDSA active', 'EdDSA next']);
  });
});

test('a changed setting signs with the old algorithm until the new key was published ahead', async () => {
  const [, serve] = servings[0] ?? ['', undefined];
  if (!serve) throw new Error('there is no way to serve');
  const before = await serve({ lightHashing: true });
  const root = await administrator(before);
  const old = await device(before, root, { carrier: 'jwt' });
  const { dataFolder, clock } = before;
  const settings = { signingAlgorithm: 'ES256' };
  const after = await serve({ lightHashing: true, dataFolder, clock, settings });
  expect((await after.assembly.ports.keys.published()).map(({ alg }) => alg).sort()).toEqual([
    'ES256',
    'EdDSA',
    'EdDSA',
  ]);
  expect(await statusOf(after, old.access)).toBe(200);
  const first = await device(after, root, { carrier: 'jwt' });
  expect(kidOf(first.access)).toBe(kidOf(old.access));
  clock.advance(day);
  await vi.waitFor(() => expect(after.assembly.ports.keys.active().algorithm).toBe('ES256'), {
    timeout: 10_000,
  });
  const second = await device(after, root, { carrier: 'jwt' });
  expect(after.assembly.ports.keys.active().kid).toBe(kidOf(second.access));
  for (const way of [before, after]) expect(await statusOf(way, second.access)).toBe(200);
  await after.close();
  await before.close();
});

describe('several processes', () => {
  test('a token of a key that another process has just made active is accepted', async () => {
    const [, serve] = servings[0] ?? ['', undefined];
    if (!serve) throw new Error('there is no way to serve');
    const one = await serve({ lightHashing: true });
    const two = await serve({ lightHashing: true, dataFolder: one.dataFolder, clock: one.clock });
    const root = await administrator(one);
    for (let i = 0; i < 2; i++) {
      one.clock.advance(1000);
      await root.ask('POST', `${keysPath}/rotation`, { body: { force: true } });
      const { access } = await device(one, root, { carrier: 'jwt' });
      expect(await statusOf(two, access)).toBe(200);
    }
    await two.close();
    await one.close();
  });
});

test.each(['ES256', 'RS256'])('access tokens are signed with %s where that is the setting', async (alg) => {
  const [, serve] = servings[0] ?? ['', undefined];
  if (!serve) throw new Error('there is no way to serve');
  const serving = await serve({ lightHashing: true, settings: { signingAlgorithm: alg } });
  const root = await administrator(serving);
  const { access } = await device(serving, root, { carrier: 'jwt' });
  expect(JSON.parse(Buffer.from(access.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({ alg });
  expect(await statusOf(serving, access)).toBe(200);
  const { keys } = (await visit(serving).ask('GET', '/.well-known/jwks.json')).json as {
    keys: Record<string, string>[];
  };
  for (const key of keys) expect(Object.keys(key)).not.toContain('d');
  expect(keys.map((key) => key['alg'])).toEqual([alg, alg]);
  await serving.close();
});
