import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, goodPassword, signUp, visit } from '../../kit/visitor.ts';
import { redirectMutations } from '../oauth/redirect-mutations.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serveHandler({ lightHashing: true });
  await signUp(visit(serving), 'ada@example.com');
});
afterAll(() => serving.close());

/** Paths that some browser or parser reads as the address of another host, or as no path at all. */
const foreign = [
  ...redirectMutations.filter((uri) => !/^\/\w/.test(uri)),
  '',
  'docs',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\/evil.example',
  '/docs\\..\\evil',
  '/\t/evil.example',
  '/\n/evil.example',
  '/ /evil.example',
  '\t//evil.example',
  ' //evil.example',
  '/\u3002evil',
  '/\u2215/evil.example',
  '/docs\r\nlocation: https://evil.example',
  `/${'a'.repeat(5000)}`,
];

/** The ways in which our own pages lead on to a path that the page names. */
const ways: readonly (readonly [string, (path: string) => Promise<Answer>])[] = [
  ['the choice of a language', (path) => send('/language', { language: 'de', back: path })],
  [
    'a sign-in',
    (path) => send('/sign-in', { identifier: 'ada@example.com', password: goodPassword, next: path }),
  ],
];

const send = (path: string, fields: Record<string, string>): Promise<Answer> =>
  visit(serving).ask('POST', path, {
    raw: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });

describe.each(ways)('WEB-06, WEB-07: %s', (_name, goTo) => {
  test('leads to nobody else', async () => {
    expect(foreign.length).toBeGreaterThanOrEqual(100);
    for (const path of foreign) {
      const answer = await goTo(path);
      expect([path, answer.status, answer.headers.get('location')]).toEqual([path, 400, null]);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  });

  test('leads to paths of this server, as they are written', async () => {
    for (const path of ['/', '/docs', '/sign-in?next=%2F%2Fevil.example', '/device?user_code=BCDF-GHJK#x']) {
      const { status, headers } = await goTo(path);
      expect([status, headers.get('location')]).toEqual([303, path]);
      expect(new URL(path, serving.origin).origin).toBe(serving.origin);
    }
  });
});
