import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  authorizeAt,
  callback,
  follow,
  form,
  leadsTo,
  makeClient,
  type Parameters,
  requestOf,
  type TestClient,
  told,
} from '../../kit/clients.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { type Answer, signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';

const ada = 'ada@example.com';

describe.each(servings)('over %s', (_name, serve) => {
  let serving: Serving;
  let client: TestClient;
  let browser: Visitor;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    client = await makeClient(serving);
    browser = visit(serving);
    await signUp(browser, ada);
  });
  afterEach(() => serving.close());

  const ask = (changes: Parameters = {}): Promise<Answer> => authorizeAt(browser, client, changes);
  const code = (): unknown => expect.stringMatching(/^dw_co_/);

  describe('an answer by form post', () => {
    test('is a form to the redirect URI that needs no JavaScript', async () => {
      await signIn(browser, ada);
      const state = `"><script>alert(1)</script>&amp;'`;
      const answer = await ask({ response_mode: 'form_post', state });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(answer.text).toContain(`<form method="post" action="${callback}">`);
      expect(answer.text).toMatch(/name="code" value="dw_co_[A-Za-z0-9_-]{72}"/);
      expect(answer.text).toContain(`name="iss" value="${serving.origin}"`);
      expect(answer.text).not.toContain('<script>alert');
    });

    test('tells an error too', async () => {
      const answer = await ask({ response_mode: 'form_post', prompt: 'none' });
      expect(answer.text).toContain('name="error" value="login_required"');
    });
  });

  describe('a request by POST', () => {
    const post = (visitor: Visitor, changes: Parameters = {}, by = client): Promise<Answer> =>
      visitor.ask('POST', '/oauth/authorize', form(requestOf(by, changes)));

    test('comes from pages of clients, and goes on by GET with the cookies of the browser', async () => {
      await signIn(browser, ada);
      const sent = await visit(serving, { program: true }).ask('POST', '/oauth/authorize', {
        ...form(requestOf(client)),
        headers: { ...form({}).headers, origin: 'https://app.example', 'sec-fetch-site': 'cross-site' },
      });
      expect([sent.status, leadsTo(sent).pathname]).toEqual([303, '/oauth/authorize']);
      expect(told(await follow(browser, sent))).toMatchObject({ code: code(), state: 'a state' });
    });

    test('tells what is wrong like GET', async () => {
      expect(told(await post(browser, { response_type: 'token' }))['error']).toBe(
        'unsupported_response_type',
      );
      expect((await post(browser, { redirect_uri: 'https://evil.example' })).status).toBe(400);
    });
  });
});
