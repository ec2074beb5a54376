/** Attacks on accounts that their owners have closed: nothing of them is accepted, and strangers see no difference. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { apiKey, carriers, cookieHeader, device, person, refreshBy } from '../../journeys/cast.ts';
import { fillForm, openPage } from '../../kit/page-forms.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, goodPassword, type Said, visit } from '../../kit/visitor.ts';

let serving: Serving;
beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true });
});
afterEach(() => serving.close());

const signInAs = (identifier: string, password: string, more = {}): Promise<Answer> =>
  visit(serving).ask('POST', '/api/v1/sessions', { body: { identifier, password, ...more } });
const publicPart = ({ status, json }: Answer): unknown => {
  const { decision: _sealed, ...rest } = json;
  return [status, rest];
};

test('SES-08: nothing of a closing account is accepted: carriers, refresh, API keys and HTTP Basic', async () => {
  const ada = await person(serving, 'ada');
  const held: Said[] = [{ bearer: (await apiKey(ada, ['account:read'])).text }];
  const pair = Buffer.from(`${ada.email}:${goodPassword}`).toString('base64');
  held.push({ headers: { authorization: `Basic ${pair}` } });
  for (const carrier of carriers) {
    const one = await device(serving, ada, { carrier });
    held.push(one.access === '' ? { headers: { cookie: cookieHeader(one) } } : { bearer: one.access });
  }
  const { refresh } = await device(serving, ada, { carrier: 'jwt' });
  const read = async (said: Said): Promise<number> =>
    (await visit(serving, { program: true }).ask('GET', '/api/v1/account', said)).status;
  for (const said of held) expect(await read(said)).toBe(200);
  await ada.ask('DELETE', '/api/v1/account', { body: { password: goodPassword } });
  for (const said of held) expect(await read(said)).toBe(401);
  expect((await refreshBy(serving, refresh)).status).toBe(401);
});

test('a stranger is refused alike before and after closing, whether or not they ask to keep it', async () => {
  const ada = await person(serving, 'ada');
  const before = publicPart(await signInAs(ada.email, 'not the password'));
  await ada.ask('DELETE', '/api/v1/account', { body: { password: goodPassword } });
  expect(publicPart(await signInAs(ada.email, 'not the password'))).toEqual(before);
  expect(publicPart(await signInAs(ada.email, 'not the password', { keep_account: true }))).toEqual(before);
  expect(publicPart(await signInAs('nobody@example.com', 'not the password'))).toEqual(before);
});

test('an offer to keep an account is of no use in another browser, nor one that was not made', async () => {
  const ada = await person(serving, 'ada');
  await ada.ask('DELETE', '/api/v1/account', { body: { password: goodPassword } });
  const browser = visit(serving);
  const named = await openPage(browser, '/sign-in');
  const first = await fillForm(browser, named, ['sign-in', { identifier: ada.email }]);
  const keep = (attempt: string, visitor = browser): Promise<Answer> =>
    visitor.ask('POST', '/sign-in/keep', {
      raw: new URLSearchParams({ attempt }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  const attemptIn = ({ text }: Answer): string => /name="attempt" value="([^"]+)"/.exec(text)?.[1] ?? '';
  expect((await keep(attemptIn(first))).status).toBe(403);
  const offered = await fillForm(browser, first, ['sign-in-password', { password: goodPassword }]);
  expect((await keep(attemptIn(offered), visit(serving))).status).toBe(403);
  const { accounts } = serving.assembly.ports.store.read;
  expect(await accounts.find(ada.account)).toMatchObject({ status: 'disabled' });
  expect((await keep(attemptIn(offered))).status).toBe(303);
});
