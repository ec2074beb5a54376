/**
 * INP-02: whatever is read from outside is read in a time that grows with its length alone.
 */
import { expect, test } from 'vitest';
import { addressMatcher, networkOf, normalizeAddress } from '../../../packages/server/src/base/network.ts';
import { isUuid } from '../../../packages/server/src/base/uuid.ts';
import { parseIdentifier } from '../../../packages/server/src/domain/accounts/identifier.ts';
import {
  checkNewPassword,
  preparePassword,
} from '../../../packages/server/src/domain/accounts/password-policy.ts';
import { parseAuthorization } from '../../../packages/server/src/protocol/authorization-header.ts';
import { readCookie } from '../../../packages/server/src/protocol/cookie.ts';
import { matchesTag } from '../../../packages/server/src/protocol/etag.ts';
import { parseLastEventId } from '../../../packages/server/src/protocol/event-stream.ts';
import { parseForm } from '../../../packages/server/src/protocol/form.ts';
import { clientAddress } from '../../../packages/server/src/protocol/forwarded.ts';
import { parseJson } from '../../../packages/server/src/protocol/json.ts';
import { isForm, isJson, prefersHtml } from '../../../packages/server/src/protocol/media-type.ts';
import { isInterchangeText, isPlainText } from '../../../packages/server/src/protocol/text.ts';

const trusted = addressMatcher(['192.0.2.0/24']);

/** Everything that reads what a stranger wrote. */
const readers: readonly (readonly [string, (text: string) => unknown])[] = [
  ['an identifier', parseIdentifier],
  ['an id', isUuid],
  ['an address', normalizeAddress],
  ['a network', networkOf],
  ['X-Forwarded-For', (forwardedFor) => clientAddress({ peer: '192.0.2.1', forwardedFor, trusted })],
  ['Authorization', parseAuthorization],
  ['Bearer', (text) => parseAuthorization(`Bearer ${text}`)],
  ['Basic', (text) => parseAuthorization(`Basic ${text}`)],
  ['Digest', (text) => parseAuthorization(`Digest ${text}`)],
  ['a cookie', (text) => readCookie(text, 'a')],
  ['If-None-Match', (text) => matchesTag(text, '"a"')],
  ['Last-Event-ID', parseLastEventId],
  ['Content-Type', (text) => isJson(`application/json;${text}`) || isForm(text)],
  ['Accept', prefersHtml],
  ['a form', parseForm],
  ['JSON', parseJson],
  ['JSON in a string', (text) => parseJson(JSON.stringify(text))],
  ['a text', (text) => isPlainText(text, 100_000) || isInterchangeText(text)],
  ['a password', preparePassword],
];

/** Pieces that make patterns with nested repetition go back and forth. */
const pieces = [
  'a',
  ' ',
  '\t',
  '=',
  ';',
  ',',
  '"',
  '\\',
  '"\\',
  'a=',
  'a=;',
  'a,',
  'a@',
  'a.',
  '-',
  '::',
  '1.',
  '0:',
];
const morePieces = [
  '%41',
  '%',
  '+',
  '&',
  '[',
  '{',
  '{"a":',
  '/',
  ';q=',
  'text/html,',
  'a="',
  '\u0301',
  '\uFDFA',
  '1,',
];
const length = 100_000;
/** Milliseconds. What goes back and forth takes seconds for so many letters. */
const most = 60;

test.each(readers)('%s', (_what, read) => {
  const attempt = (text: string): void => {
    try {
      read(text);
    } catch {
      // Refusing is as good as reading: what counts is the time.
    }
  };
  const slow: string[] = [];
  for (const piece of [...pieces, ...morePieces])
    for (const end of ['', '!', '\0', '@']) {
      const text = piece.repeat(length / piece.length) + end;
      if (timed(() => attempt(text)) < most) continue;
      // Something else of this process may have run: slow patterns are slow each time.
      const spent = Math.min(...[1, 2, 3].map(() => timed(() => attempt(text))));
      if (spent > most) slow.push(`${piece} … ${end}: ${Math.round(spent)} ms`);
    }
  expect(slow).toEqual([]);
});

function timed(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1000;
}

test('a new password against the words around it', async () => {
  const policy = { minimumLength: 8, words: ['doorward'] };
  for (const piece of pieces) {
    const password = piece.repeat(256).slice(0, 250);
    const context = Array.from({ length: 3 }, () => `${piece}doorward`.repeat(30));
    const before = process.cpuUsage();
    await checkNewPassword(policy, {
      password: preparePassword(password.replace(/\t/g, ' ')),
      context,
    }).catch(() => undefined);
    expect(process.cpuUsage(before).user).toBeLessThan(100_000);
  }
});
