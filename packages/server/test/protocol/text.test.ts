import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isInterchangeText, isPlainText, nameIn } from '../../src/protocol/text.ts';

test.each([
  '',
  'Ada Lovelace',
  'Зоя',
  '李',
  'مریم',
  'می\u200cخواهم',
  '👩\u200d🚀',
  'é',
  '\u00a0',
  "O'Brien <x>",
])('INP-06: %j is plain', (text) => {
  expect(isPlainText(text, 100)).toBe(true);
});

const refused = [
  ...Array.from({ length: 0x20 }, (_, unit) => unit),
  0x7f,
  ...Array.from({ length: 0x20 }, (_, unit) => 0x80 + unit),
  0x200b,
  0x2028,
  0x2029,
  0x202a,
  0x202b,
  0x202c,
  0x202d,
  0x202e,
  0x2060,
  0x2066,
  0x2067,
  0x2068,
  0x2069,
  0xd800,
  0xdbff,
  0xdc00,
  0xdfff,
  0xfdd0,
  0xfdef,
  0xfeff,
  0xfffe,
  0xffff,
  0x1fffe,
  0x10ffff,
];

test.each(refused.map((point) => [point.toString(16), point] as const))(
  'INP-06: U+%s is not plain',
  (_, point) => {
    const character = String.fromCodePoint(point);
    for (const text of [character, `a${character}`, `${character}b`, `a${character}b`])
      expect(isPlainText(text, 100)).toBe(false);
  },
);

test('INP-06: only the listed characters and further noncharacters are refused', () => {
  const listed = new Set(refused);
  const wrong: string[] = [];
  for (let point = 0; point <= 0x10ffff; point++) {
    const nonCharacter = (point & 0xfffe) === 0xfffe || (point >= 0xfdd0 && point <= 0xfdef);
    const surrogate = point >= 0xd800 && point <= 0xdfff;
    const expected = !(listed.has(point) || nonCharacter || surrogate);
    if (isPlainText(String.fromCodePoint(point), 1) !== expected) wrong.push(point.toString(16));
    const interchange = !(point === 0 || nonCharacter || surrogate);
    if (isInterchangeText(String.fromCodePoint(point)) !== interchange) wrong.push(point.toString(16));
  }
  expect(wrong).toEqual([]);
});

test('the length counts code points', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'ß', '😀'), { maxLength: 20 }), fc.nat(20), (letters, max) => {
      expect(isPlainText(letters.join(''), max)).toBe(letters.length <= max);
    }),
  );
  expect(isPlainText('a'.repeat(10_000_000), 10)).toBe(false);
  expect(isPlainText('😀'.repeat(200), 200)).toBe(true);
});

test('INP-06: a text for interchange is well formed and may have lines', () => {
  expect(isInterchangeText('one\r\n\ttwo\u202e')).toBe(true);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      if (isInterchangeText(text)) expect(text.isWellFormed() && !text.includes('\0')).toBe(true);
    }),
  );
});

test.each([
  ['Ada', 'Ada'],
  ['  Ada  Lovelace ', 'Ada  Lovelace'],
  ['می\u200cخواهم', 'می\u200cخواهم'],
  ['👩\u200d🚀', '👩\u200d🚀'],
  ['', ''],
  ['   ', ''],
  ['\u00a0\u3000', ''],
  ['\u200c\u200d', ''],
  ['\u3164', ''],
  ['\u00ad \u2800', ''],
])('INP-06: of the name %j stays %j', (text, name) => {
  expect(nameIn(text)).toBe(name);
});
