import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  authorizeAt,
  decide,
  follow,
  headingOf,
  leadsTo,
  makeClient,
  type Parameters,
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
  let stranger: TestClient;
  let browser: Visitor;
  let account: string;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true, settings: { resources: 'https://reports.example/api' } });
    client = await makeClient(serving);
    stranger = await makeClient(serving, { name: 'Stranger', firstParty: false });
    browser = visit(serving);
    account = await signUp(browser, ada);
  });
  afterEach(() => serving.close());

  const ask = (changes: Parameters = {}, by = client): Promise<Answer> => authorizeAt(browser, by, changes);
  const code = (): unknown => expect.stringMatching(/^dw_co_/);
  const error = async (changes: Parameters, by = client): Promise<string | undefined> =>
    told(await ask(changes, by))['error'];
  /** Time goes by, as it does between any two steps of a person. */
  const later = (seconds = 1): void => serving.clock.advance(seconds * 1000);

  describe('consent to a client of somebody else', () => {
    beforeEach(async () => {
      await signIn(browser, ada);
      later();
    });

    test('is asked for once and remembered, and again for more', async () => {
      const page = await ask({ scope: 'openid email' }, stranger);
      expect(leadsTo(page).pathname).toBe('/consent');
      const shown = await follow(browser, page);
      expect(headingOf(shown)).toBe('Allow Stranger?');
      expect(shown.text).toContain('see your e-mail address');
      expect(shown.text).toContain('app.example');
      expect(
        told(await decide(browser, { authorization: waitingAt(page), decision: 'allow', account })),
      ).toMatchObject({ code: code() });
      expect(told(await ask({ scope: 'openid' }, stranger))).toMatchObject({ code: code() });
      expect(await error({ scope: 'openid profile', prompt: 'none' }, stranger)).toBe('consent_required');
      const resource = 'https://reports.example/api';
      expect(await error({ scope: 'openid', prompt: 'none', resource }, stranger)).toBe('consent_required');
    });

    test('is asked for again when the client wants it', async () => {
      await decide(browser, {
        authorization: waitingAt(await ask({}, stranger)),
        decision: 'allow',
        account,
      });
      expect(leadsTo(await ask({ prompt: 'consent' }, stranger)).pathname).toBe('/consent');
      expect(leadsTo(await ask({ prompt: 'consent' }, client)).pathname).toBe('/consent');
    });

    test('comes after the choice of an account, and is not asked for that again', async () => {
      for (const prompt of ['select_account', 'select_account consent']) {
        const page = await ask({ prompt, scope: 'openid profile' }, stranger);
        const authorization = waitingAt(page);
        expect((await follow(browser, page)).text).toContain('Continue as');
        const chosen = await follow(
          browser,
          await decide(browser, { authorization, decision: 'choose', account }),
        );
        expect(headingOf(chosen)).toBe('Allow Stranger?');
        const allowed = await decide(browser, { authorization, decision: 'allow', account });
        expect(told(allowed)).toMatchObject({ code: code() });
        await browser.ask('DELETE', `/api/v1/account/grants/${stranger.id}`);
      }
    });

    test('is refused, and nothing is remembered', async () => {
      const answer = await decide(browser, {
        authorization: waitingAt(await ask({}, stranger)),
        decision: 'refuse',
        account,
      });
      expect(told(answer)).toMatchObject({ error: 'access_denied' });
      expect(await serving.assembly.ports.store.read.grants.list(account)).toEqual([]);
    });

    test('is listed and withdrawn', async () => {
      await decide(browser, {
        authorization: waitingAt(await ask({ scope: 'openid email' }, stranger)),
        decision: 'allow',
        account,
      });
      const listed = await browser.ask('GET', '/api/v1/account/grants');
      expect(listed.json).toEqual({
        grants: [
          expect.objectContaining({
            client_id: stranger.id,
            client_name: 'Stranger',
            scopes: ['email', 'openid'],
          }),
        ],
      });
      expect((await browser.ask('DELETE', `/api/v1/account/grants/${stranger.id}`)).status).toBe(204);
      expect((await browser.ask('DELETE', `/api/v1/account/grants/${stranger.id}`)).status).toBe(404);
      expect(leadsTo(await ask({}, stranger)).pathname).toBe('/consent');
      const events = await serving.assembly.ports.store.read.events.list({
        after: 0,
        limit: 100,
        accountId: account,
      });
      expect(events.map(({ type }) => type).filter((type) => type.startsWith('grant.'))).toEqual([
        'grant.given',
        'grant.withdrawn',
      ]);
    });

    test('of a program that others on the machine could pose as is asked for each time', async () => {
      const redirect = 'com.example.app:/callback';
      const native = { application: 'native', redirectUris: [redirect], firstParty: false } as const;
      const program = await makeClient(serving, native);
      const wish = { redirect_uri: redirect };
      await decide(browser, {
        authorization: waitingAt(await ask(wish, program)),
        decision: 'allow',
        account,
      });
      expect(leadsTo(await ask(wish, program)).pathname).toBe('/consent');
    });
  });
});
