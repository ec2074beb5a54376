import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoTime } from '../../src/base/iso-time.ts';

const last = Date.parse('9999-12-31T23:59:59.999Z');

test('a time is printed as Date prints it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: last }), (time) => {
      expect(isoTime(time)).toBe(new Date(time).toISOString());
    }),
    { numRuns: 5000 },
  );
});

test.each([
  '1970-01-01T00:00:00.000Z',
  '2000-02-29T23:59:59.999Z',
  '2100-02-28T00:00:00.000Z',
  '2100-03-01T00:00:00.000Z',
  '2400-02-29T12:00:00.001Z',
  '9999-12-31T23:59:59.999Z',
])('%s is itself', (text) => expect(isoTime(Date.parse(text))).toBe(text));
