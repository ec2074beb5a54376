/**
 * What a browser gets that opens the address of a request in a window: the sign-in page at once, where nothing is used up by that;
 * everybody else is led on to it.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  follow,
  form,
  leadsTo,
  makeClient,
  requestOf,
  signInFor,
  type TestClient,
  told,
} from '../../kit/clients.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';

const ada = 'ada@example.com';
const window = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
const frame = { ...window, 'sec-fetch-dest': 'iframe' };
const script = { ...window, 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' };

let serving: Serving;
let client: TestClient;
beforeAll(async () => {
  serving = await serveHandler({ lightHashing: true });
  client = await makeClient(serving);
  await signUp(visit(serving), ada);
});
afterAll(() => serving.close());

const open = (
  browser: Visitor,
  changes: Parameters<typeof requestOf>[1] = {},
  headers: Readonly<Record<string, string>> = window,
): Promise<Answer> => browser.ask('GET', `/oauth/authorize?${requestOf(client, changes)}`, { headers });

/** The request that waits, as the forms of a page name it. */
const waitingOn = ({ text }: Answer): string =>
  /name="authorization" value="(dw_[\w-]+)"/.exec(text)?.[1] ?? 'none';

test('a window is shown the page, which goes on as if it had been led there', async () => {
  const browser = visit(serving);
  const page = await open(browser);
  expect([page.status, page.headers.get('location'), page.headers.get('cache-control')]).toEqual([
    200,
    null,
    'no-store',
  ]);
  expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  const done = await follow(browser, await signInFor(browser, waitingOn(page), ada));
  expect(told(done)).toMatchObject({ code: expect.stringMatching(/^dw_co_/), state: 'a state' });
});

test('loading it again leaves the first page as good as the second', async () => {
  const browser = visit(serving);
  const [first, second] = [await open(browser), await open(browser)];
  expect(waitingOn(first)).not.toBe(waitingOn(second));
  for (const page of [second, first])
    expect(leadsTo(await signInFor(browser, waitingOn(page), ada)).pathname).toBe('/oauth/resume');
});

test('the request waits for the browser that was shown the page, and for no other', async () => {
  const page = await open(visit(serving));
  const other = visit(serving);
  await open(other);
  const answer = await signInFor(other, waitingOn(page), ada);
  expect([answer.status, answer.headers.get('location')]).toEqual([403, null]);
  expect(answer.text).toContain('/docs/failures#authorization_over');
});

test('the page speaks the language that the request asks for, and the next one that of its own', async () => {
  const browser = visit(serving);
  const languageOf = async (changes: Parameters<typeof requestOf>[1]): Promise<string | null> =>
    (await open(browser, changes)).headers.get('content-language');
  expect(await languageOf({ ui_locales: 'ar de' })).toBe('ar');
  expect(browser.cookies.get('doorward_locale')).toBe('ar');
  expect(await languageOf({})).toBe('en');
  expect(browser.cookies.get('doorward_locale') ?? '').toBe('');
});

test.each([
  ['a program', {}],
  ['a frame', frame],
  ['a script', script],
])('%s is led on', async (_who, headers) => {
  const answer = await open(visit(serving), {}, { accept: 'text/html', ...headers });
  expect([answer.status, leadsTo(answer).pathname]).toEqual([303, '/sign-in']);
});

test('a request that was pushed is led on, since it is used up and could not be loaded again', async () => {
  const pushed = await visit(serving, { program: true }).ask('POST', '/oauth/par', form(requestOf(client)));
  const query = new URLSearchParams({
    client_id: client.id,
    request_uri: String(pushed.json['request_uri']),
  }).toString();
  const answer = await visit(serving).ask('GET', `/oauth/authorize?${query}`, { headers: window });
  expect([answer.status, leadsTo(answer).pathname]).toEqual([303, '/sign-in']);
});

test('a client that may not have anybody asked is told so, and one whose person is signed in gets its code', async () => {
  const browser = visit(serving);
  expect(told(await open(browser, { prompt: 'none' }))).toMatchObject({ error: 'login_required' });
  await signIn(browser, ada);
  expect(told(await open(browser))).toMatchObject({ code: expect.stringMatching(/^dw_co_/) });
});
