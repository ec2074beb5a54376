import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Unanswered } from '../../src/remote/issuer.ts';
import { createKeySource } from '../../src/remote/keys.ts';
import { json, publicJwk, type Script, scripted, settled, silence } from './scripted.ts';

const set = (kids: readonly string[], cacheControl = 'public, max-age=300'): Script => {
  const keys = kids.map((kid) => publicJwk(kid));
  return () => json({ keys }, { headers: { 'cache-control': cacheControl } });
};
const down: Script = () => Promise.reject(new TypeError('fetch failed'));

function source(script: Script, { background = false } = {}) {
  const server = scripted(script);
  const keys = createKeySource({ issuer: server.issuer, algorithm: 'EdDSA', background });
  return { ...server, keys };
}

describe('keys of the issuer', () => {
  test('they are fetched once for all who wait, from the issuer’s own address', async () => {
    const { keys, asked } = source(set(['a', 'b']));
    const found = await Promise.all(['a', 'b', 'a'].map(async (kid) => keys.find(kid)));
    expect(found.every((key) => key?.asymmetricKeyType === 'ed25519')).toBe(true);
    expect(asked.map(({ path, redirect }) => [path, redirect])).toEqual([
      ['/.well-known/jwks.json', 'manual'],
    ]);
  });

  test('a known key is there at once', async () => {
    const { keys } = source(set(['a']));
    await keys.find('a');
    expect(keys.find('a')).not.toBeInstanceOf(Promise);
    expect(keys.state()).toEqual({ held: 1, ageSeconds: 0 });
  });

  test.each([
    ['max-age=300', 300],
    ['max-age=1', 60],
    ['public, max-age=999999', 3600],
    ['no-store', 300],
    ['max-age=many', 300],
    ['s-max-age=900', 300],
  ])('a set that says "%s" is fresh for %i s', async (said, seconds) => {
    const { keys, asked, clock } = source(set(['a'], said));
    await keys.find('a');
    clock.advance(seconds * 1000 - 1);
    await keys.find('a');
    expect(asked).toHaveLength(1);
    clock.advance(1);
    await keys.find('a');
    expect(asked).toHaveLength(2);
  });

  test('JWT-04: an unknown kid makes the guard ask again once in 30 s, however many come', async () => {
    const { keys, asked, clock } = source(set(['a']));
    await keys.find('a');
    for (let at = 0; at < 1000; at += 1) expect(await keys.find(`other-${at}`)).toBeUndefined();
    expect(asked).toHaveLength(2);
    clock.advance(29_999);
    await keys.find('other');
    expect(asked).toHaveLength(2);
    clock.advance(1);
    await keys.find('other');
    expect(asked).toHaveLength(3);
  });

  test('a key that was made since is found by the first token that names it', async () => {
    const { keys, answer } = source(set(['a']));
    await keys.find('a');
    answer(set(['a', 'b']));
    expect((await keys.find('b'))?.type).toBe('public');
  });

  test('a kid that vanishes from the set is told and no longer found', async () => {
    const { keys, answer, clock } = source(set(['a', 'b']));
    const gone: string[] = [];
    keys.onGone((kid) => gone.push(kid));
    await keys.find('a');
    answer(set(['b', 'c']));
    clock.advance(300_000);
    expect(await keys.find('a')).toBeUndefined();
    // The set names another key b: what the old one has signed is void too.
    expect(gone.sort()).toEqual(['a', 'b']);
  });

  test('a set that stays the same tells of nothing', async () => {
    const same = set(['a']);
    const { keys, clock } = source(same);
    const gone: string[] = [];
    keys.onGone((kid) => gone.push(kid));
    await keys.find('a');
    clock.advance(300_000);
    await keys.find('a');
    expect(gone).toEqual([]);
  });
});

describe('an issuer that does not answer', () => {
  test('GRD-01: without keys nobody can tell, and the issuer is asked once a second at first', async () => {
    const { keys, asked, clock, events, answer } = source(down);
    await expect(keys.find('a')).rejects.toThrow(Unanswered);
    await expect(keys.find('a')).rejects.toThrow(Unanswered);
    expect(asked).toHaveLength(1);
    clock.advance(1000);
    await expect(keys.find('a')).rejects.toThrow(Unanswered);
    expect(asked).toHaveLength(2);
    clock.advance(1999);
    await expect(keys.find('a')).rejects.toThrow(Unanswered);
    expect(asked).toHaveLength(2);
    clock.advance(1);
    answer(set(['a']));
    expect(await keys.find('a')).toBeDefined();
    expect(events()).toEqual(['keys-unavailable', 'keys-available']);
  });

  test('JWT-16: the keys that are held are good for a day, and no longer', async () => {
    const { keys, answer, clock } = source(set(['a']));
    await keys.find('a');
    answer(down);
    clock.advance(86_400_000 - 1);
    expect(await keys.find('a')).toBeDefined();
    clock.advance(1);
    await expect(keys.find('a')).rejects.toThrow(Unanswered);
  });

  test('whether an unknown kid is one of its keys, nobody can tell', async () => {
    const { keys, answer, clock } = source(set(['a']));
    await keys.find('a');
    answer(down);
    await expect(keys.find('b')).rejects.toThrow(Unanswered);
    clock.advance(5000);
    await expect(keys.find('b')).rejects.toThrow(Unanswered);
    expect(await keys.find('a')).toBeDefined();
  });

  test('a question is given up after the time-out', async () => {
    const { keys, asked, clock } = source(silence);
    const outcome = Promise.resolve(keys.find('a')).catch((thrown: unknown) => thrown);
    clock.advance(3000);
    expect(await outcome).toMatchObject({ reason: 'timeout' });
    expect(asked[0]?.signal.aborted).toBe(true);
  });

  test('a question that a runtime dropped does not block those to come', async () => {
    const { issuer, clock, answer } = scripted(silence);
    const dropping = { ...issuer, clock: { now: clock.now, after: () => () => undefined } };
    const keys = createKeySource({ issuer: dropping, algorithm: 'EdDSA', background: false });
    void keys.find('a');
    answer(set(['a']));
    clock.advance(3000);
    expect(await keys.find('a')).toBeDefined();
  });

  const bytes = (count: number): Response => new Response('x'.repeat(count));
  test.each<[string, () => Response]>([
    ['500', () => new Response('{"keys":[]}', { status: 500 })],
    ['HTML', () => new Response('<!doctype html><title>hello</title>')],
    ['no keys', () => json({ keys: [] })],
    ['a list', () => json([publicJwk('a')])],
    ['a shared key', () => json({ keys: [{ kty: 'oct', k: 'AAAA', kid: 'a', alg: 'EdDSA' }] })],
    ['two keys of one name', () => json({ keys: [publicJwk('a'), publicJwk('a')] })],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://evil.example/' } })],
    ['50 MB', () => bytes(50 << 20)],
    ['bytes that are no text', () => new Response(new Uint8Array([0xff, 0xfe, 0x7b]))],
  ])('JWT-16: %s instead of a set gives no key, and what is held stays', async (_what, response) => {
    const fresh = source(() => response());
    await expect(fresh.keys.find('a')).rejects.toThrow(Unanswered);
    const held = source(set(['a']));
    await held.keys.find('a');
    held.answer(() => response());
    held.clock.advance(300_000);
    expect(await held.keys.find('a')).toBeDefined();
    expect(held.keys.state()).toEqual({ held: 1, ageSeconds: 300 });
    expect(held.asked).toHaveLength(2);
    expect(held.events()).toEqual(['keys-unavailable']);
  });
});

describe('a set is read strictly', () => {
  const good = publicJwk('a');
  const { privateKey } = generateKeyPairSync('ed25519');
  const rsa = publicJwk('r', generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey);
  test.each<[string, Record<string, unknown>]>([
    ['another algorithm', { ...good, alg: 'ES256' }],
    ['no algorithm', { ...good, alg: undefined }],
    ['another curve', { ...good, crv: 'X25519' }],
    ['another type', publicJwk('e', generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)],
    ['a use that is not signatures', { ...good, use: 'enc' }],
    ['operations without verify', { ...good, key_ops: ['sign'] }],
    ['a private part', { ...privateKey.export({ format: 'jwk' }), kid: 'a', alg: 'EdDSA', use: 'sig' }],
    ['padding', { ...good, x: `${String(good['x'])}=` }],
    ['stray bits', { ...good, x: `${String(good['x']).slice(0, 42)}B` }],
    ['a short key', { ...good, x: 'AAAA' }],
    ['no name', { ...good, kid: undefined }],
    ['a name that is no text', { ...good, kid: ['a'] }],
    ['an endless name', { ...good, kid: 'a'.repeat(10_000) }],
  ])('JWT-03: a key with %s is passed over', async (_what, jwk) => {
    const { keys } = source(() => json({ keys: [jwk, publicJwk('b')] }));
    expect(await keys.find('b')).toBeDefined();
    expect(keys.state().held).toBe(1);
  });

  test.each(['ES256', 'RS256'] as const)(
    'keys of %s are taken where that is the algorithm',
    async (algorithm) => {
      const pair =
        algorithm === 'ES256'
          ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
          : generateKeyPairSync('rsa', { modulusLength: 2048 });
      const { issuer } = scripted(() => json({ keys: [good, rsa, publicJwk('k', pair.publicKey)] }));
      const keys = createKeySource({ issuer, algorithm, background: false });
      expect((await keys.find('k'))?.equals(pair.publicKey)).toBe(true);
      expect(keys.state().held).toBe(1);
    },
  );
});

describe('in the background', () => {
  test('the first set is fetched at once, the next before it is stale', async () => {
    const { asked, clock, keys } = source(set(['a']), { background: true });
    await settled();
    expect(asked).toHaveLength(1);
    for (let round = 0; round < 5; round += 1) {
      clock.advance(300_000);
      await settled();
      expect(keys.find('a')).not.toBeInstanceOf(Promise);
    }
    expect(asked.length).toBeGreaterThanOrEqual(5);
    expect(asked.length).toBeLessThanOrEqual(8);
  });

  test('while the issuer is gone a known key is there at once, and tries become rarer', async () => {
    const { asked, clock, keys, answer } = source(set(['a']), { background: true });
    await settled();
    answer(down);
    for (let second = 0; second < 600; second += 1) {
      clock.advance(1000);
      await settled();
      expect(keys.find('a')).not.toBeInstanceOf(Promise);
    }
    expect(asked.length).toBeLessThan(60);
    expect(keys.state().ageSeconds).toBe(600);
  });

  test('after close nothing is asked any more', async () => {
    const { asked, clock, keys } = source(set(['a']), { background: true });
    await settled();
    keys.close();
    clock.advance(3_600_000);
    await settled();
    expect(asked).toHaveLength(1);
  });
});
