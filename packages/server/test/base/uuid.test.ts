import { expect, test } from 'vitest';
import { formatUuid, isUuid, uuidBytes, uuidv7 } from '../../src/base/uuid.ts';

const now = Date.parse('2026-03-01T12:00:00Z');

test('a UUID of version 7 has its time, version and variant where RFC 9562 §5.7 puts them', () => {
  const id = uuidv7(now);
  expect(isUuid(id)).toBe(true);
  expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(now);
  expect(id[14]).toBe('7');
  expect(id[19]).toMatch(/[89ab]/);
});

test('early times keep their leading zeros, and parts of a millisecond are left out', () => {
  expect(uuidv7(0)).toMatch(/^00000000-0000-7/);
  expect(uuidv7(255.9)).toMatch(/^00000000-00ff-7/);
});

test('no two are alike, and later ones sort after earlier ones', () => {
  const ids = Array.from({ length: 5000 }, () => uuidv7(now));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => id < uuidv7(now + 1))).toBe(true);
});

test('every bit that is not fixed is drawn', () => {
  const seen = new Uint8Array(16);
  for (let at = 0; at < 500; at += 1)
    uuidBytes(uuidv7(0)).forEach((byte, place) => {
      seen[place] = (seen[place] ?? 0) | byte;
    });
  expect([...seen.subarray(6)]).toEqual([0x7f, 0xff, 0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
});

test('text and bytes are two forms of one id', () => {
  const id = uuidv7(now);
  expect(formatUuid(uuidBytes(id))).toBe(id);
});
