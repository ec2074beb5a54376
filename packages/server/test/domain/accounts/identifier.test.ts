import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseEmail, parseIdentifier, parseUsername } from '../../../src/domain/accounts/identifier.ts';

const canonical = (typed: string): string | undefined => parseIdentifier(typed)?.canonical;

describe('INP-07: spellings of one mailbox are one identifier', () => {
  test.each([
    ['case', 'ADA@EXAMPLE.COM', 'ada@example.com'],
    ['full-width letters', '\uFF41da@example.com', 'ada@example.com'],
    ['a full-width domain', 'ada@\uFF45xample.com', 'ada@example.com'],
    ['the Kelvin sign', '\u212Aim@example.com', 'kim@example.com'],
    ['a ligature', '\uFB01nn@example.com', 'finn@example.com'],
    ['a combining accent', 'e\u0301ve@example.com', '\u00E9ve@example.com'],
    ['a capital that folding brings out', '\u{1D400}da@example.com', 'ada@example.com'],
    ['the capital sharp s', 'stra\u1E9Ee@example.com', 'stra\u00DFe@example.com'],
    ['a domain of another script', 'ada@b\u00FCcher.example', 'ada@xn--bcher-kva.example'],
    ['the same domain in its ASCII form', 'ada@XN--BCHER-KVA.example', 'ada@xn--bcher-kva.example'],
    ['the ideographic full stop', 'ada@example\u3002com', 'ada@example.com'],
  ])('%s', (_what, typed, expected) => {
    expect(canonical(typed)).toBe(expected);
  });
});

describe('INP-07: what belongs to different mailboxes stays apart', () => {
  test.each([
    ['the Turkish capital I with dot', '\u0130van@example.com', 'ivan@example.com'],
    ['the Turkish dotless i', '\u0131van@example.com', 'ivan@example.com'],
    ['the sharp s and two letters s', 'stra\u00DFe@example.com', 'strasse@example.com'],
    ['a sharp s in the domain', 'ada@fa\u00DF.example', 'ada@fass.example'],
    ['a Cyrillic letter in the name', '\u0430da@example.com', 'ada@example.com'],
    ['a Cyrillic letter in the domain', 'ada@ex\u0430mple.com', 'ada@example.com'],
    ['dots in the name', 'a.da@example.com', 'ada@example.com'],
    ['a part after a plus sign', 'ada+news@example.com', 'ada@example.com'],
  ])('%s', (_what, one, other) => {
    expect(canonical(one)).toBeDefined();
    expect(canonical(one)).not.toBe(canonical(other));
  });
});

describe('INP-07: what cannot be seen, or reads as another address, is refused', () => {
  test.each([
    ['a zero-width space', 'a\u200Bda@example.com'],
    ['a zero-width joiner', 'a\u200Dda@example.com'],
    ['a byte order mark', '\uFEFFada@example.com'],
    ['a soft hyphen', 'a\u00ADda@example.com'],
    ['a combining grapheme joiner', 'ada\u034F@example.com'],
    ['a Hangul filler', 'ada\u3164@example.com'],
    ['a Mongolian vowel separator', 'a\u180Eda@example.com'],
    ['a tag letter', '\u{E0061}ada@example.com'],
    ['a right-to-left override', '\u202Eada@example.com'],
    ['a leading space', ' ada@example.com'],
    ['a trailing space', 'ada@example.com '],
    ['a no-break space', 'ada\u00A0@example.com'],
    ['NUL', 'ada\0@example.com'],
    ['a lone surrogate', 'ada\uD800@example.com'],
    ['a line break', 'ada@example.com\n'],
    ['a full-width at sign', 'ada\uFF20example.com'],
    ['a small at sign', 'ada\uFE6Bexample.com'],
    ['both kinds of at sign', 'ada\uFF20evil@example.com'],
    ['two at signs', 'ada@evil@example.com'],
    ['a quoted name', '"ada x"@example.com'],
    ['a path behind the domain', 'ada@example.com/evil'],
    ['a backslash behind the domain', 'ada@example.com\\evil'],
    ['a query behind the domain', 'ada@example.com?evil'],
    ['a fragment behind the domain', 'ada@example.com#evil'],
    ['a port behind the domain', 'ada@example.com:25'],
    ['a percent-encoded letter in the domain', 'ada@exa%6Dple.com'],
    ['a symbol that folds to a slash in the domain', 'ada@\u2100.com'],
    ['an address of IPv4', 'ada@127.0.0.1'],
    ['the same in hexadecimal', 'ada@0x7f.1'],
    ['the same in brackets', 'ada@[127.0.0.1]'],
    ['a domain of one label', 'ada@example'],
    ['a final dot', 'ada@example.com.'],
    ['an underscore in the domain', 'ada@exa_mple.com'],
    ['dots side by side', 'a..da@example.com'],
    ['a dot first', '.ada@example.com'],
    ['no name', '@example.com'],
    ['a name of 65 bytes', `${'a'.repeat(65)}@example.com`],
    ['255 characters', `ada@${`${'a'.repeat(60)}.`.repeat(4)}example`],
  ])('%s', (_what, typed) => {
    expect(parseIdentifier(typed)).toBeUndefined();
    expect(parseEmail(typed)).toBeUndefined();
  });

  test('every letter that folds to an at sign is refused as one', () => {
    const letters = Array.from({ length: 0x110000 - 0x80 }, (_, turn) => String.fromCodePoint(turn + 0x80));
    const folding = letters.filter((letter) => letter.normalize('NFKC').includes('@'));
    expect(folding).toEqual(['\uFE6B', '\uFF20']);
    for (const letter of folding) expect(canonical(`ada${letter}example.com`)).toBeUndefined();
  });
});

describe('INP-07: usernames are ASCII, so that no two look alike', () => {
  test.each([
    ['Ada', 'ada'],
    ['ADA-9', 'ada-9'],
    ['a', 'a'],
    ['a_b.c', 'a_b.c'],
  ])('%s stands for %s', (typed, expected) => {
    expect(parseUsername(typed)).toEqual({ kind: 'username', typed, canonical: expected });
  });

  test.each([
    '',
    'ada.',
    '-ada',
    'a b',
    'ada\u200B',
    '\u212Aim',
    '\u0130van',
    '\uFF41da',
    '\u0430da',
    'stra\u00DFe',
    'ada@',
    'a'.repeat(65),
  ])('%j is none', (typed) => {
    expect(parseUsername(typed)).toBeUndefined();
  });
});

describe('INP-07: the canonical form', () => {
  const typed = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.emailAddress(),
    fc.tuple(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.domain()).map((parts) => parts.join('@')),
  );

  test('of a canonical form is itself, whatever was typed', () => {
    fc.assert(
      fc.property(typed, (text) => {
        const once = canonical(text);
        if (once !== undefined) expect(canonical(once)).toBe(once);
      }),
      { numRuns: 3000 },
    );
  });

  test('does not depend on case or on how accents are composed', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (text) => {
        expect(canonical(text.toUpperCase())).toBe(canonical(text));
      }),
    );
    fc.assert(
      fc.property(typed, (text) => {
        const once = canonical(text);
        if (once !== undefined) expect(canonical(text.normalize('NFD'))).toBe(once);
      }),
    );
  });

  test('of an address and of a username are never the same', () => {
    fc.assert(
      fc.property(typed, (text) => {
        const identifier = parseIdentifier(text);
        if (identifier) expect(identifier.canonical.includes('@')).toBe(identifier.kind === 'email');
      }),
    );
  });

  test('is found in a time that grows with the length alone', () => {
    const before = process.cpuUsage();
    for (const part of ['a.', 'a@', '\u0301', '.', '-', 'xn--'])
      expect(parseIdentifier(part.repeat(50_000))).toBeUndefined();
    expect(process.cpuUsage(before).user).toBeLessThan(120_000);
  });
});
