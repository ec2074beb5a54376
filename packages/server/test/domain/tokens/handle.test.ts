import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import { uuidv7 } from '../../../src/base/uuid.ts';
import { createVault } from '../../../src/domain/keys/vault.ts';
import { createHandles, type HandleKind, handlePrefixes } from '../../../src/domain/tokens/handle.ts';

const vaultOf = (fill: number) => createVault(new Secret(new Uint8Array(32).fill(fill)));
const handles = createHandles(vaultOf(1));
const kinds = Object.keys(handlePrefixes) as HandleKind[];
const kind = fc.constantFrom(...kinds);
const locator = fc.nat(2 ** 40).map((time) => uuidv7(time));

describe('a handle', () => {
  test('is read back as it was made, by whoever holds the same master key', () => {
    const restarted = createHandles(vaultOf(1));
    fc.assert(
      fc.property(kind, locator, (one, id) => {
        const made = handles.mint(one, id);
        expect(made.text).toMatch(/^dw_[a-z]{2}_[A-Za-z0-9_-]{72}$/);
        for (const reader of [handles, restarted])
          expect(reader.read(one, made.text)).toMatchObject({ locator: id, digest: made.digest });
      }),
    );
  });

  test('TOK-14: is of one kind, also when it wears the prefix of another', () => {
    for (const one of kinds)
      for (const other of kinds.filter((kindOf) => kindOf !== one)) {
        const { text } = handles.mint(one, uuidv7(0));
        const disguised = handlePrefixes[other] + text.slice(handlePrefixes[one].length);
        expect(handles.read(other, text)).toBeUndefined();
        expect(handles.read(other, disguised)).toBeUndefined();
      }
  });

  test('is refused under another master key', () => {
    const stranger = createHandles(vaultOf(2));
    for (const one of kinds) expect(stranger.read(one, handles.mint(one, uuidv7(0)).text)).toBeUndefined();
  });

  test('is never made twice, and its digest gives nothing of it away', () => {
    const id = uuidv7(0);
    const made = Array.from({ length: 500 }, () => handles.mint('session', id));
    expect(new Set(made.map(({ text }) => text)).size).toBe(500);
    expect(new Set(made.map(({ digest }) => digest)).size).toBe(500);
    for (const { text, digest } of made) {
      expect(text).not.toContain(digest.slice(0, 8));
      expect(digest).not.toContain(text.slice(-8));
    }
  });

  test('text that nobody made is not read, whatever it looks like', () => {
    fc.assert(
      fc.property(kind, fc.string({ maxLength: 100 }), (one, text) => {
        expect(handles.read(one, text)).toBeUndefined();
        expect(handles.read(one, handlePrefixes[one] + text)).toBeUndefined();
      }),
    );
    for (let i = 0; i < 2000; i++)
      expect(handles.read('access', `dw_at_${randomBytes(54).toString('base64url')}`)).toBeUndefined();
  });
});

describe('a successor', () => {
  test('is the same each time, for whoever has the handle it comes from, as text or as made', () => {
    fc.assert(
      fc.property(kind, locator, (one, id) => {
        const from = handles.mint('refresh', id);
        const next = handles.derive(one, id, from);
        const read = handles.read('refresh', from.text);
        expect(handles.derive(one, id, read ?? from)).toEqual(next);
        expect(handles.read(one, next.text)?.digest).toBe(next.digest);
      }),
    );
  });

  test('differs by kind, by origin, by locator and by master key', () => {
    const [a, b] = [uuidv7(1), uuidv7(2)];
    const from = handles.mint('refresh', a);
    const texts = [
      handles.derive('refresh', a, from),
      handles.derive('access', a, from),
      handles.derive('refresh', b, from),
      handles.derive('refresh', a, handles.mint('refresh', a)),
      createHandles(vaultOf(2)).derive('refresh', a, from),
      from,
    ].map(({ text }) => text.slice(6));
    expect(new Set(texts).size).toBe(texts.length);
  });

  test('a chain of ten thousand has no repetition', () => {
    const id = uuidv7(0);
    const seen = new Set<string>();
    let live = handles.mint('refresh', id);
    for (let i = 0; i < 10_000; i++) {
      seen.add(live.text);
      live = handles.derive('refresh', id, live);
    }
    expect(seen.size).toBe(10_000);
  });
});
