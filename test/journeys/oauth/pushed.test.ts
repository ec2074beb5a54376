import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  authorizeAt,
  changeClient,
  follow,
  form,
  leadsTo,
  makeClient,
  type Parameters,
  requestOf,
  signInFor,
  type TestClient,
  told,
  waitingAt,
} from '../../kit/clients.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { type Answer, signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';

const ada = 'ada@example.com';

describe.each(servings)('over %s', (_name, serve) => {
  let serving: Serving;
  let client: TestClient;
  let browser: Visitor;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true, settings: { resources: 'https://reports.example/api' } });
    client = await makeClient(serving);
    browser = visit(serving);
    await signUp(browser, ada);
  });
  afterEach(() => serving.close());

  const ask = (changes: Parameters = {}, by = client): Promise<Answer> => authorizeAt(browser, by, changes);
  const code = (): unknown => expect.stringMatching(/^dw_co_/);
  const error = async (changes: Parameters, by = client): Promise<string | undefined> =>
    told(await ask(changes, by))['error'];
  /** Time goes by, as it does between any two steps of a person. */
  const later = (seconds = 1): void => serving.clock.advance(seconds * 1000);

  describe('a pushed request', () => {
    const push = async (changes: Parameters = {}, by = client): Promise<Answer> =>
      visit(serving, { program: true }).ask('POST', '/oauth/par', form(requestOf(by, changes)));
    const bring = (uri: unknown): Promise<Answer> => {
      const query = new URLSearchParams({ client_id: client.id, request_uri: String(uri) }).toString();
      return browser.ask('GET', `/oauth/authorize?${query}`, { headers: { accept: 'text/html' } });
    };

    test('is named once, by its client, within a minute', async () => {
      await signIn(browser, ada);
      const pushed = await push({ state: 'pushed' });
      expect([pushed.status, pushed.json['expires_in']]).toEqual([201, 60]);
      const uri = pushed.json['request_uri'];
      expect(uri).toMatch(/^urn:ietf:params:oauth:request_uri:dw_ar_/);
      expect(told(await bring(uri))).toMatchObject({ code: code(), state: 'pushed' });
      expect((await bring(uri)).status).toBe(400);
      const late = await push();
      later(60);
      expect((await bring(late.json['request_uri'])).status).toBe(400);
    });

    test('waits for the person like any other', async () => {
      const page = await bring((await push()).json['request_uri']);
      expect(leadsTo(page).pathname).toBe('/sign-in');
      later(61);
      expect(told(await follow(browser, await signInFor(browser, waitingAt(page), ada)))).toMatchObject({
        code: code(),
      });
    });

    test('is refused where the endpoint would refuse it, in the words of OAuth', async () => {
      const refusals: [Parameters, string][] = [
        [{ response_type: 'token' }, 'unsupported_response_type'],
        [{ redirect_uri: 'https://evil.example/' }, 'invalid_request'],
        [{ request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'invalid_request'],
        [{ request: 'e30.e30.' }, 'request_not_supported'],
        [{ code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
        [{ resource: 'https://unknown.example/' }, 'invalid_target'],
      ];
      for (const [changes, wanted] of refusals) {
        const answer = await push(changes);
        expect([changes, answer.status, answer.json['error']]).toEqual([changes, 400, wanted]);
      }
    });

    test('of a client with a secret needs the secret', async () => {
      const secretive = await makeClient(serving, { authentication: 'client_secret_post' });
      expect((await push({}, secretive)).status).toBe(401);
      expect((await push({ client_secret: secretive.secret }, secretive)).status).toBe(201);
    });

    test('is the only way for a client that always pushes', async () => {
      await signIn(browser, ada);
      await changeClient(serving, client, { requirePushedRequests: true });
      expect(await error({})).toBe('invalid_request');
      expect(told(await bring((await push()).json['request_uri']))).toMatchObject({ code: code() });
    });
  });
});
