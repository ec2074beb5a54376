/**
 * A refresh token that comes again within its window: the same successor, and an access token for what is asked, never for
 * something else.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callback, makeClient, type TestClient } from '../../kit/clients.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { askAs, claimsIn, tokensBy } from '../../kit/tokens.ts';
import { type Answer, signIn, signUp, visit } from '../../kit/visitor.ts';
import { codeFor } from './cast.ts';

const [reports, files] = ['https://reports.example/', 'https://files.example/'];

describe.each(servings)('over %s', (_name, serve) => {
  let serving: Serving;
  let session: string;
  beforeAll(async () => {
    const settings = { resources: [reports, files], freeScopes: ['reports:read'] };
    serving = await serve({ lightHashing: true, settings });
    const browser = visit(serving);
    await signUp(browser, 'ada@example.com');
    ({ session } = await signIn(browser, 'ada@example.com'));
  });
  afterAll(() => serving.close());

  /** A refresh token for some APIs, and how it is shown. */
  const holder = async (changes: Partial<TestClient> = {}, resources = [reports]) => {
    const client = await makeClient(serving, { authentication: 'client_secret_basic', ...changes });
    const code = await codeFor(serving, client, { session, scopes: ['openid', 'reports:read'], resources });
    const { refresh } = await tokensBy(serving, client, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: callback,
    });
    const path = '/oauth/token';
    return {
      show: (more: Readonly<Record<string, string>> = {}): Promise<Answer> =>
        askAs(serving, client, {
          path,
          fields: { grant_type: 'refresh_token', refresh_token: refresh, ...more },
        }),
    };
  };
  const errorOf = ({ status, json }: Answer): unknown[] => [status, json['error']];
  const scopesOf = ({ json }: Answer): unknown => claimsIn(String(json['access_token']))['scope'];

  test('what goes beyond the grant is refused the second time as it is the first time (RFC 6749 §6, RFC 8707 §2.2)', async () => {
    for (const accessTokenFormat of ['jwt', 'opaque'] as const) {
      const { show } = await holder({ accessTokenFormat });
      expect((await show()).status).toBe(200);
      expect(errorOf(await show({ scope: 'openid email' }))).toEqual([400, 'invalid_scope']);
      expect(errorOf(await show({ resource: files }))).toEqual([400, 'invalid_target']);
      expect(errorOf(await show({ resource: 'https://nobody.example/' }))).toEqual([400, 'invalid_target']);
      expect((await show()).status).toBe(200);
    }
  });

  test('a signed access token is for what is asked with it, whoever came first', async () => {
    const { show } = await holder();
    const narrow = await show({ scope: 'openid' });
    const wide = await show();
    expect(wide.json['refresh_token']).toBe(narrow.json['refresh_token']);
    expect([scopesOf(narrow), scopesOf(wide)]).toEqual(['openid', 'openid reports:read']);
    expect(scopesOf(await show({ scope: 'openid' }))).toBe('openid');
  });

  test('two requests at once for two APIs get a signed token each (RFC 8707 §2.2)', async () => {
    const { show } = await holder({}, [reports, files]);
    const answers = await Promise.all([show({ resource: reports }), show({ resource: files }), show()]);
    const audiences = answers.map(({ json }) => claimsIn(String(json['access_token']))['aud']);
    expect(audiences).toEqual([reports, files, [reports, files]]);
    expect(new Set(answers.map(({ json }) => json['refresh_token'])).size).toBe(1);
  });

  test('an opaque access token for one API is not given out again for another', async () => {
    const { show } = await holder({ accessTokenFormat: 'opaque' }, [reports, files]);
    const first = await show({ resource: reports });
    expect(errorOf(await show({ resource: files }))).toEqual([400, 'invalid_target']);
    expect((await show({ resource: reports })).json).toEqual(first.json);
  });

  test('an opaque access token is the first one again, and the answer says what it is good for', async () => {
    const { show } = await holder({ accessTokenFormat: 'opaque' });
    const narrow = await show({ scope: 'openid' });
    const again = await show();
    expect(again.json['access_token']).toBe(narrow.json['access_token']);
    expect(again.json['scope']).toBe('openid');
  });
});
