import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeal } from '../src/seal.ts';

const seal = createSeal('one secret');
const text = fc.string({ unit: 'grapheme' });

test('what was closed opens again, with its label', () => {
  fc.assert(
    fc.property(text, text, (words, label) => {
      expect(seal.open(seal.close(words, label), label)).toBe(words);
    }),
  );
});

test('one bit changed anywhere, another label or another secret does not open it', () => {
  const sealed = seal.close('Whip, fold, bake.', 'lemon');
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Uint8Array.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => seal.open(changed, 'lemon')).toThrow(/authenticat/);
  }
  expect(() => seal.open(sealed, 'salt')).toThrow(/authenticat/);
  expect(() => createSeal('another secret').open(sealed, 'lemon')).toThrow(/authenticat/);
  expect(() => seal.open(sealed.subarray(0, 20), 'lemon')).toThrow(/authenticat/);
});

test('the same text is closed differently each time', () => {
  const closed = Array.from({ length: 100 }, () => Buffer.from(seal.close('x', '')).toString('hex'));
  expect(new Set(closed).size).toBe(100);
});
