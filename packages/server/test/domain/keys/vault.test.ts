import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import { createVault } from '../../../src/domain/keys/vault.ts';

const vault = createVault(new Secret(new Uint8Array(32).fill(7)));
const bytes = fc.uint8Array({ maxLength: 200 });

test('what was sealed for a purpose and context opens there, and each sealing looks different', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), bytes, (purpose, context, plain) => {
      const sealed = vault.seal(purpose, plain, context);
      expect(vault.open(purpose, sealed, context)).toEqual(Buffer.from(plain));
      expect(vault.seal(purpose, plain, context)).not.toEqual(sealed);
      expect(sealed.byteLength).toBe(plain.byteLength + 28);
    }),
  );
});

test('it opens for no other purpose, no other context and under no other master key', () => {
  const sealed = vault.seal('a', Buffer.from('x'), 'b');
  const other = createVault(new Secret(new Uint8Array(randomBytes(32))));
  for (const opened of [
    vault.open('b', sealed, 'b'),
    vault.open('a', sealed, 'c'),
    other.open('a', sealed, 'b'),
  ])
    expect(opened).toBeUndefined();
});

test('any changed bit, any cut and any addition closes it for good', () => {
  const sealed = vault.seal('a', Buffer.from('a secret'), '');
  for (let at = 0; at < sealed.byteLength * 8; at++) {
    const changed = Uint8Array.from(sealed);
    changed[at >> 3] = (changed[at >> 3] ?? 0) ^ (1 << (at & 7));
    expect(vault.open('a', changed, '')).toBeUndefined();
  }
  for (let length = 0; length < sealed.byteLength; length++)
    expect(vault.open('a', sealed.subarray(0, length), '')).toBeUndefined();
  expect(vault.open('a', Buffer.concat([sealed, Buffer.alloc(1)]), '')).toBeUndefined();
});

test('a derived key is the same each time and differs by purpose', () => {
  const keys = ['handle refresh', 'handle access', 'decision', ''].map((purpose) => vault.derive(purpose));
  expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(4);
  expect(vault.derive('decision')).toEqual(keys[2]);
  for (const key of keys) expect(key.byteLength).toBe(32);
});
