import { beforeEach, expect, test } from 'vitest';
import { type ManualClock, manualClock } from '../../../src/base/clock.ts';
import { type ClientKeyShelf, createClientKeys } from '../../../src/domain/clients/client-keys.ts';
import type { Fetched } from '../../../src/domain/outgoing.ts';

const jwksUri = 'https://app.example.com/jwks.json';
const x = 'A'.repeat(43);
const setOf = (...names: readonly string[]): Fetched => ({
  ok: true,
  value: { keys: names.map((kid) => ({ kty: 'OKP', crv: 'Ed25519', x, kid })) },
});

let clock: ManualClock;
let shelf: ClientKeyShelf;
let answer: Fetched;
let fetched: string[];
beforeEach(() => {
  clock = manualClock(1_000_000);
  fetched = [];
  answer = setOf('one');
  shelf = createClientKeys({
    clock,
    outgoing: {
      allows: () => false,
      fetchJson: async (url) => {
        fetched.push(url);
        return answer;
      },
      post: async () => ({ ok: true }),
    },
  });
});
const find = async (keyId: string, uri = jwksUri): Promise<number> =>
  (await shelf.find({ jwksUri: uri }, { algorithm: 'EdDSA', keyId })).length;

test('a set is fetched once, however many ask, and kept for five minutes', async () => {
  expect(await Promise.all([find('one'), find('one'), find('one')])).toEqual([1, 1, 1]);
  clock.advance(299_999);
  expect(await find('one')).toBe(1);
  expect(fetched).toEqual([jwksUri]);
  clock.advance(1);
  await find('one');
  expect(fetched).toHaveLength(2);
});

test('JWT-04: unknown names make it ask again, and no more than once in ten seconds', async () => {
  await find('one');
  for (let turn = 0; turn < 1000; turn++) expect(await find(`name-${turn}`)).toBe(0);
  expect(fetched).toHaveLength(1);
  answer = setOf('one', 'two');
  clock.advance(10_000);
  expect(await find('two')).toBe(1);
  expect(fetched).toHaveLength(2);
});

test('a key that left the set is no key after five minutes', async () => {
  await find('one');
  answer = setOf('two');
  clock.advance(300_000);
  expect(await find('one')).toBe(0);
});

test('while the set cannot be had the last one is good for an hour, and then there is none', async () => {
  await find('one');
  answer = { ok: false, reason: 'unreachable' };
  clock.advance(3_599_999);
  expect(await find('one')).toBe(1);
  clock.advance(10_000);
  expect(await find('one')).toBe(0);
});

test('what is no key set is as good as none, and is not asked for all the time', async () => {
  answer = { ok: true, value: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } };
  for (let turn = 0; turn < 100; turn++) expect(await find('one')).toBe(0);
  expect(fetched).toHaveLength(1);
});

test('a thousand sets are kept, and then the oldest goes', async () => {
  for (let turn = 0; turn <= 1000; turn++) await find('one', `${jwksUri}?${turn}`);
  await find('one', `${jwksUri}?1000`);
  expect(fetched).toHaveLength(1001);
  await find('one', `${jwksUri}?0`);
  expect(fetched).toHaveLength(1002);
});

test('registered keys need no address, and a client without either has none', async () => {
  const jwks = { keys: [{ kty: 'OKP', crv: 'Ed25519', x, kid: 'one' }] };
  const wanted = { algorithm: 'EdDSA', keyId: 'one' } as const;
  expect(await shelf.find({ jwks }, wanted)).toHaveLength(1);
  expect(await shelf.find({ jwks }, { ...wanted, keyId: 'two' })).toEqual([]);
  expect(await shelf.find({ jwks }, { ...wanted, algorithm: 'ES256' })).toEqual([]);
  expect(await shelf.find({}, wanted)).toEqual([]);
  expect(fetched).toEqual([]);
});
