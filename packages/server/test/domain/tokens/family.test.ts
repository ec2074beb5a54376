import { expect, test } from 'vitest';
import { standingOf } from '../../../src/domain/tokens/family.ts';

const family = { digest: 'live', priorDigest: 'prior', rotatedAt: 1_000_000 };
const at = (digest: string, now: number): string => standingOf(family, { digest, now, windowSeconds: 30 }).is;

test('the live member is live at any time', () => {
  expect(at('live', 1_000_000)).toBe('live');
  expect(at('live', 9_000_000)).toBe('live');
});

test('its predecessor is answered until the window ends', () => {
  expect(at('prior', 1_029_999)).toBe('replaced');
  expect(at('prior', 1_030_000)).toBe('old');
});

test('a rotation by a clock that is ahead keeps the window open, one that cannot be does not', () => {
  expect(at('prior', 1_000_000 - 599_999)).toBe('replaced');
  expect(at('prior', 1_000_000 - 600_000)).toBe('old');
});

test('anything else is old', () => {
  expect(at('else', 1_000_001)).toBe('old');
});
