import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesTag, strongTag } from '../../src/protocol/etag.ts';

test('a tag is strong, short and follows the text', () => {
  expect(strongTag('a')).toMatch(/^"[\w-]{43}"$/);
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, two) => {
      expect(strongTag(one) === strongTag(two)).toBe(one === two);
    }),
  );
});

test.each([
  [null, false],
  ['', false],
  ['*', true],
  ['"a"', true],
  ['W/"a"', true],
  ['"b", "a"', true],
  ['"b",W/"a" , "c"', true],
  [', ,"b",, "a"', true],
  ['"b"', false],
  ['"b,c", "a"', true],
  ['"A"', false],
  ['a', false],
  ['"a', false],
  ['w/"a"', false],
  ['x"a"', false],
  ['"b"; "a"', false],
  ['"a" and more', true],
  ['*, "b"', false],
])('If-None-Match: %j names "a": %s', (header, expected) => {
  expect(matchesTag(header, '"a"')).toBe(expected);
  expect(matchesTag(header, 'W/"a"')).toBe(expected);
});

test('a list names what it holds and nothing else', () => {
  const tag = fc.stringMatching(/^(?:W\/)?"[!#-~]{0,3}"$/);
  fc.assert(
    fc.property(fc.array(tag), tag, (tags, wanted) => {
      const bare = (text: string) => text.replace(/^W\//, '');
      expect(matchesTag(tags.join(', '), wanted)).toBe(tags.map(bare).includes(bare(wanted)));
    }),
  );
});

test('any header is survived, in linear time', () => {
  const start = process.cpuUsage();
  for (const piece of ['"', ' ', ',', '"",', 'W/', 'W/"b" '])
    expect(matchesTag(piece.repeat(100_000), '"a"')).toBe(false);
  // Microseconds of the processor: what else the machine does costs none.
  expect(process.cpuUsage(start).user).toBeLessThan(1_000_000);
});
