import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createClient } from '../src/create-client.ts';
import { type Held, heldOf, textOfHeld } from '../src/held.ts';
import { memoryStore } from '../src/store.ts';
import { issuer } from './scripted-server.ts';

const held: Held = {
  accessToken: 'at-1',
  refreshToken: 'rt-1',
  accessExpiresAt: 2000,
  refreshExpiresAt: 9000,
  issuedAt: 1000,
  account: { id: 'a-1', name: '', email: null, username: 'ada', roles: ['member'] },
  sessionId: 's-1',
};
const text = textOfHeld(issuer, held);

test('a session comes back as it was written', () => {
  expect(heldOf(issuer, text)).toEqual(held);
  expect(heldOf(issuer, textOfHeld(issuer, { ...held, refreshExpiresAt: undefined }))).toEqual({
    ...held,
    refreshExpiresAt: undefined,
  });
});

test('a session of another issuer is none here: no server sees the tokens of another', () => {
  expect(heldOf('https://evil.example', text)).toBeUndefined();
});

test.each([
  ['nothing', undefined],
  ['an empty text', ''],
  ['half of it', text.slice(0, 80)],
  ['another version', text.replace('"v":1', '"v":2')],
  ['an array', '[]'],
  ['null', 'null'],
  ['no refresh token', text.replace('refreshToken', 'other')],
  ['a token that is no text', text.replace('"at-1"', '1')],
  ['a token with a line break', text.replace('at-1', String.raw`at\r\nx: y`)],
  ['an end that is no number', text.replace('2000', '"2000"')],
  ['no account', text.replace('"account":{', '"other":{')],
])('%s is no session', (_what, damaged) => {
  expect(heldOf(issuer, damaged)).toBeUndefined();
});

test('whatever stands in a store, a client is signed in or signed out, and never falls', async () => {
  const pieces = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constant(text),
    fc.nat(text.length).map((n) => text.slice(n)),
  );
  const any = fc
    .tuple(pieces, fc.nat(text.length), fc.string({ maxLength: 3 }))
    .map(([piece, at, put]) => piece.slice(0, at) + put + piece.slice(at + put.length));
  await fc.assert(
    fc.asyncProperty(any, async (written) => {
      const store = memoryStore();
      await store.write(written);
      const { status } = await createClient({ issuer, store }).session();
      expect(['signed-in', 'signed-out']).toContain(status);
    }),
  );
});
