import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bloomFilter, buildBloom } from '../../src/base/bloom-filter.ts';

test('every entry is found', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (texts) => {
      const filter = bloomFilter(buildBloom(texts, 1e-6));
      expect(texts.every((text) => filter.has(text))).toBe(true);
    }),
  );
});

test('equal entries in any order, even given twice, give equal bytes', () => {
  expect(buildBloom(['a', 'b', 'c', 'a'], 1e-6)).toEqual(buildBloom(['c', 'b', 'a'], 1e-6));
});

test('an empty filter has nothing', () => {
  expect(bloomFilter(buildBloom([], 1e-6)).has('')).toBe(false);
});

test('strangers are mistaken for entries about as rarely as was asked', () => {
  const entries = Array.from({ length: 5_000 }, (_, i) => `entry ${i}`);
  const data = buildBloom(entries, 0.01);
  expect(data).toMatchObject({ count: 5_000, hashes: 7 });
  const filter = bloomFilter(data);
  const mistaken = Array.from({ length: 50_000 }, (_, i) => `stranger ${i}`).filter((text) =>
    filter.has(text),
  );
  expect(mistaken.length).toBeGreaterThan(350);
  expect(mistaken.length).toBeLessThan(650);
});
