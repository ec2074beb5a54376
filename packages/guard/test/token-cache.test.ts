import { expect, test } from 'vitest';
import { createTokenCache, digestOf, type ProvenToken } from '../src/token-cache.ts';
import { now } from './forge.ts';

const proven = (sessionId: string, kid = 'ed'): ProvenToken => ({
  kid,
  principal: {
    accountId: 'account-1',
    sessionId,
    carrier: 'jwt',
    clientId: undefined,
    familyId: undefined,
    roles: [],
    scopes: [],
    provenAt: now,
    amr: [],
    expiresAt: now + 300,
  },
});

test('it is bounded: the oldest tokens go first', () => {
  const cache = createTokenCache(4);
  for (const name of ['a', 'b', 'c', 'd']) cache.put(name, proven(name));
  expect([cache.get('a'), cache.get('d'), cache.size()]).toEqual([proven('a'), proven('d'), 4]);
  cache.put('e', proven('e'));
  expect([cache.get('a'), cache.get('b'), cache.get('c'), cache.size()]).toEqual([
    undefined,
    undefined,
    proven('c'),
    3,
  ]);
  for (let at = 0; at < 1000; at += 1) {
    cache.put(`${at}`, proven('s'));
    expect(cache.size()).toBeLessThanOrEqual(4);
  }
});

test('a token that is put again counts once, and goes with its session wherever it stands', () => {
  const cache = createTokenCache(4);
  for (const name of ['a', 'b', 'b', 'a', 'c', 'a']) cache.put(name, proven('s'));
  expect(cache.get('b')).toBeDefined();
  cache.dropSession('s');
  expect(cache.size()).toBe(0);
});

test('a session takes all its tokens along, and no other', () => {
  const cache = createTokenCache(10);
  cache.put('a', proven('s'));
  cache.put('b', proven('s'));
  cache.put('c', proven('t'));
  cache.dropSession('s');
  cache.dropSession('unknown');
  expect([cache.get('a'), cache.get('b'), cache.size()]).toEqual([undefined, undefined, 1]);
});

test('a key takes the tokens that it signed along', () => {
  const cache = createTokenCache(10);
  cache.put('a', proven('s', 'old'));
  cache.put('b', proven('s', 'new'));
  cache.dropKey('old');
  expect([cache.get('a'), cache.size()]).toEqual([undefined, 1]);
  cache.dropSession('s');
  expect(cache.size()).toBe(0);
});

test('a cache of none keeps none', () => {
  const cache = createTokenCache(0);
  cache.put('a', proven('s'));
  expect(cache.size()).toBe(0);
});

test('tokens that differ in the last character have different digests, which hold nothing of the token', () => {
  expect(digestOf('token-a')).not.toBe(digestOf('token-b'));
  expect(digestOf('token-a')).toMatch(/^[\w-]{43}$/);
});
