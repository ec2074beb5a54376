import { generateKeyPairSync, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSigner, digestOf, keyFor } from '../../../src/domain/keys/signer.ts';

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
    const sign = createSigner(name, privateKey);
    const texts = Array.from({ length: 50 }, (_, at) => `text ${at}`);
    const signatures = await Promise.all(texts.map(sign));
    texts.forEach((text, at) => {
      const signature = Buffer.from(signatures[at] ?? '', 'base64url');
      expect(verify(digestOf(name), Buffer.from(text), keyFor(name, publicKey), signature)).toBe(true);
    });
  },
);

test('a text that is signed alone waits for no other', async () => {
  const sign = createSigner('EdDSA', pairs.EdDSA.privateKey);
  expect(Buffer.from(await sign('text'), 'base64url')).toHaveLength(64);
  expect(Buffer.from(await sign('text'), 'base64url')).toHaveLength(64);
});

test('an ES256 signature is its two numbers side by side', async () => {
  const sign = createSigner('ES256', pairs.ES256.privateKey);
  expect(Buffer.from(await sign('text'), 'base64url')).toHaveLength(64);
});

test('a key that cannot sign is told to everybody who waits', async () => {
  const sign = createSigner('EdDSA', pairs.EdDSA.publicKey);
  const outcomes = await Promise.allSettled([sign('one'), sign('two')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
