import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { digestOf, keyFor } from '../../../src/domain/keys/key-input.ts';
import { createSigner } from '../../../src/domain/keys/signer.ts';
import { createSigningThread, type SigningThread } from '../../../src/program/signing-thread.ts';
import { tokenHash } from '../../../src/protocol/oauth/id-token.ts';

const pairs = {
  EdDSA: generateKeyPairSync('ed25519'),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
};

const algorithms = ['EdDSA', 'ES256', 'RS256'] as const;

test.each(algorithms)(
  'of many texts that %s signs at once, each gets the signature over itself',
  async (name) => {
    const { privateKey, publicKey } = pairs[name];
    const { sign } = createSigner(name, privateKey);
    const texts = Array.from({ length: 50 }, (_, at) => `text ${at}`);
    const signatures = await Promise.all(texts.map(sign));
    texts.forEach((text, at) => {
      const signature = Buffer.from(signatures[at] ?? '', 'base64url');
      expect(verify(digestOf(name), Buffer.from(text), keyFor(name, publicKey), signature)).toBe(true);
    });
  },
);

test('a text that is signed alone waits for no other', async () => {
  const { sign } = createSigner('EdDSA', pairs.EdDSA.privateKey);
  expect(Buffer.from(await sign('text'), 'base64url')).toHaveLength(64);
  expect(Buffer.from(await sign('text'), 'base64url')).toHaveLength(64);
});

test('an ES256 signature is its two numbers side by side', async () => {
  const { sign } = createSigner('ES256', pairs.ES256.privateKey);
  expect(Buffer.from(await sign('text'), 'base64url')).toHaveLength(64);
});

test('a key that cannot sign is told to everybody who waits', async () => {
  const { sign } = createSigner('EdDSA', pairs.EdDSA.publicKey);
  const outcomes = await Promise.allSettled([sign('one'), sign('two')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

/** A thread that serves, and what it took. */
async function serving(): Promise<{ thread: SigningThread; taken: boolean[] }> {
  const begun = createSigningThread();
  onTestFinished(begun.close);
  const taken: boolean[] = [];
  const thread: SigningThread = {
    take: (under, group) => {
      const took = begun.take(under, group);
      taken.push(took);
      return took;
    },
    close: begun.close,
  };
  const { sign } = createSigner('EdDSA', pairs.EdDSA.privateKey, thread);
  // Until it is there the pool signs, which takes a while.
  for (let turn = 0; turn < 10_000 && taken.at(-1) !== true; turn += 1)
    await Promise.all(Array.from({ length: 8 }, (_, at) => sign(`${turn} ${at}`)));
  expect(taken.at(-1)).toBe(true);
  return { thread, taken };
}

const draft = (claims: object) => ({ header: 'e30', claims: JSON.stringify(claims) });

/** Whether a token is signed; its claims. */
function opened(token: string, name: (typeof algorithms)[number]): unknown {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const input = Buffer.from(`${header}.${payload}`);
  const { publicKey } = pairs[name];
  expect(verify(digestOf(name), input, keyFor(name, publicKey), Buffer.from(signature, 'base64url'))).toBe(
    true,
  );
  return JSON.parse(Buffer.from(payload, 'base64url').toString());
}

describe.each(['pool', 'thread'] as const)('by the %s', (by) => {
  test.each(algorithms)(
    'what %s signs side by side is a token, and an ID token that names it',
    async (name) => {
      const thread = by === 'thread' ? (await serving()).thread : undefined;
      const { signBoth } = createSigner(name, pairs[name].privateKey, thread);
      const signed = await Promise.all(
        Array.from({ length: 20 }, (_, at) => signBoth(draft({ jti: `ä ${at}` }), draft({ sub: `ö ${at}` }))),
      );
      for (const [at, [token, idToken]] of signed.entries()) {
        expect(opened(token, name)).toEqual({ jti: `ä ${at}` });
        expect(opened(idToken, name)).toEqual({ sub: `ö ${at}`, at_hash: tokenHash(token, name) });
      }
    },
  );

  test('a key that cannot sign is told to everybody who waits, and those after it are signed', async () => {
    const thread = by === 'thread' ? (await serving()).thread : undefined;
    const bad = createSigner('EdDSA', pairs.EdDSA.publicKey, thread);
    const outcomes = await Promise.allSettled([bad.sign('one'), bad.signBoth(draft({}), draft({}))]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const { sign } = createSigner('EdDSA', pairs.EdDSA.privateKey, thread);
    expect(Buffer.from(await sign('text'), 'base64url')).toHaveLength(64);
  });
});

describe('the thread', () => {
  test('does not begin for a few', async () => {
    const thread = createSigningThread();
    const { sign } = createSigner('EdDSA', pairs.EdDSA.privateKey, thread);
    for (let turn = 0; turn < 50; turn += 1) await Promise.all([sign('one'), sign('two')]);
    const group = [{ signing: { text: 'text' }, resolve: () => undefined, reject: () => undefined }];
    expect(thread.take({ key: pairs.EdDSA.privateKey, algorithm: 'EdDSA' }, group)).toBe(false);
  });

  test('leaves RSA to the pool, where processors sign side by side', async () => {
    const { thread, taken } = await serving();
    const before = taken.length;
    const { sign } = createSigner('RS256', pairs.RS256.privateKey, thread);
    await Promise.all(Array.from({ length: 20 }, (_, at) => sign(`text ${at}`)));
    expect(taken.length).toBe(before);
  });

  test('keeps a process alive as long as somebody waits, and no longer', () => {
    const from = (path: string): string =>
      JSON.stringify(new URL(`../../../src/${path}`, import.meta.url).href);
    const program = `
      const { generateKeyPairSync } = await import('node:crypto');
      const { createSigner } = await import(${from('domain/keys/signer.ts')});
      const { createSigningThread } = await import(${from('program/signing-thread.ts')});
      const thread = createSigningThread();
      let took = false;
      const take = (...group) => (took = thread.take(...group));
      const { sign } = createSigner('EdDSA', generateKeyPairSync('ed25519').privateKey, { take });
      while (!took) await Promise.all(Array.from({ length: 8 }, (_, at) => sign(String(at))));
      process.exitCode = 42;`;
    const args = ['--input-type=module', '--eval', program];
    const { status } = spawnSync(process.execPath, args, { timeout: 20_000 });
    expect(status).toBe(42);
  });

  test('that ends while it signs leaves nobody without a signature: the pool makes it', async () => {
    const { thread } = await serving();
    const { signBoth } = createSigner('EdDSA', pairs.EdDSA.privateKey, thread);
    const waiting = Array.from({ length: 16 }, (_, at) => signBoth(draft({ jti: at }), draft({ sub: at })));
    thread.close();
    for (const [at, [token, idToken]] of (await Promise.all(waiting)).entries()) {
      expect(opened(token, 'EdDSA')).toEqual({ jti: at });
      expect(opened(idToken, 'EdDSA')).toEqual({ sub: at, at_hash: tokenHash(token, 'EdDSA') });
    }
    const both = await Promise.all(Array.from({ length: 16 }, () => signBoth(draft({}), draft({ a: 1 }))));
    expect(both).toHaveLength(16);
  });
});
