import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Guard, type GuardOptions, guard } from '../../../packages/guard/src/index.ts';
import {
  authorizeAt,
  callback,
  decide,
  makeClient,
  type TestClient,
  told,
  verifier,
  waitingAt,
} from '../../kit/clients.ts';
import { type Serving, serveBrowsers } from '../../kit/serving.ts';
import { askAs, tokensBy, tokensOf } from '../../kit/tokens.ts';
import { signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';
import { administrator } from '../cast.ts';

const api = 'https://api.example.com/reports';

let serving: Serving;
let browser: Visitor;
let ada: string;
let asker: TestClient;
const guards: Guard[] = [];
beforeEach(async () => {
  serving = await serveBrowsers({ lightHashing: true });
  browser = visit(serving);
  ada = await signUp(browser, 'ada@example.com');
  await signIn(browser, 'ada@example.com');
  asker = await makeClient(serving, { name: 'API', authentication: 'client_secret_basic', firstParty: true });
});
afterEach(async () => {
  for (const one of guards.splice(0)) one.close();
  await serving.close();
});

function watch(options: Partial<GuardOptions> = {}): Guard {
  const made = guard({ issuer: serving.origin, clock: serving.clock, log: () => undefined, ...options });
  guards.push(made);
  return made;
}

const asking = (options: Partial<GuardOptions> = {}): Guard =>
  watch({ check: 'ask', client: { id: asker.id, secret: asker.secret }, ...options });

async function say(one: Guard, token: string): Promise<string> {
  const request = new Request(api, { headers: { authorization: `Bearer ${token}` } });
  const { principal, failure } = await one.verify(request);
  return principal ? principal.accountId : failure.code;
}

/** Soon: a guard that follows the feed hears of it by itself. */
const becomesRefused = async (one: Guard, token: string): Promise<void> => {
  await vi.waitFor(async () => expect(await say(one, token)).toBe('credentials_invalid'), {
    timeout: 10_000,
    interval: 5,
  });
};

const confidential = { authentication: 'client_secret_basic' } as const;

describe('a guard that asks', () => {
  test.each(['jwt', 'opaque'] as const)(
    'knows whom a token of a client (%s) speaks for, until it is given back',
    async (accessTokenFormat) => {
      const app = await makeClient(serving, { ...confidential, accessTokenFormat });
      const { access } = await tokensOf(serving, app, { browser });
      const one = asking();
      expect(await say(one, access)).toBe(ada);
      await askAs(serving, app, { path: '/oauth/revoke', fields: { token: access } });
      expect(await say(one, access)).toBe('credentials_invalid');
    },
  );

  test.each(['jwt', 'opaque'] as const)(
    'refuses a token of a client (%s) where the API has no secret, or its session has ended',
    async (accessTokenFormat) => {
      const app = await makeClient(serving, { ...confidential, accessTokenFormat });
      const { access } = await tokensOf(serving, app, { browser });
      expect(await say(watch({ check: 'ask' }), access)).toBe('credentials_invalid');
      await browser.ask('DELETE', '/api/v1/session');
      expect(await say(asking(), access)).toBe('credentials_invalid');
    },
  );

  test.each(['jwt', 'opaque'] as const)(
    'JWT-18: takes a machine (%s) where machines may call',
    async (accessTokenFormat) => {
      const grantTypes = ['client_credentials'] as const;
      const scopes = ['reports:read'];
      const app = await makeClient(serving, { ...confidential, accessTokenFormat, grantTypes, scopes });
      const { access } = await tokensBy(serving, app, { grant_type: 'client_credentials' });
      expect(await say(asking(), access)).toBe('credentials_invalid');
      expect(await say(asking({ machines: true }), access)).toBe(app.id);
    },
  );

  test('with a server in its process knows tokens of clients too', async () => {
    const app = await makeClient(serving, confidential);
    const { access } = await tokensOf(serving, app, { browser });
    const doorward = {
      fetch: async (request: Request, connection = { peer: undefined as string | undefined }) =>
        serving.assembly.handler(request, connection),
    };
    expect(await say(asking({ check: 'offline', doorward }), access)).toBe(ada);
  });

  test('an answer that is kept outlives no sign-out that is heard of', async () => {
    const app = await makeClient(serving, { ...confidential, accessTokenFormat: 'opaque' });
    const { access } = await tokensOf(serving, app, { browser });
    const one = asking({ check: 'offline', askCacheSeconds: 300 });
    expect([await say(one, access), await say(one, access)]).toEqual([ada, ada]);
    await browser.ask('DELETE', '/api/v1/session');
    await expect(becomesRefused(one, access)).resolves.toBeUndefined();
  });
});

describe('OAU-32: a guard that asks nobody hears of it', () => {
  let app: TestClient;
  let access: string;
  let one: Guard;
  beforeEach(async () => {
    app = await makeClient(serving, { ...confidential, firstParty: false });
    const authorization = waitingAt(await authorizeAt(browser, app));
    await decide(browser, { authorization, decision: 'allow', account: ada });
    ({ access } = await tokensOf(serving, app, { browser }));
    one = watch();
    // The line to the feed stands before anything ends.
    await say(one, access);
  });

  test.each([
    ['disabled', 'PATCH', { body: { status: 'disabled' } }],
    ['deleted', 'DELETE', {}],
  ] as const)('when a client is %s', async (_how, method, said) => {
    const root = await administrator(serving);
    await root.ask(method, `/api/v1/admin/clients/${app.id}`, said);
    await expect(becomesRefused(one, access)).resolves.toBeUndefined();
  });

  test('when the person takes back what they allowed, and other clients go on', async () => {
    const other = await makeClient(serving);
    const { access: others } = await tokensOf(serving, other, { browser });
    const { status } = await browser.ask('DELETE', `/api/v1/account/grants/${app.id}`);
    expect(status).toBe(204);
    await expect(becomesRefused(one, access)).resolves.toBeUndefined();
    expect(await say(one, others)).toBe(ada);
  });

  test('when the client gives its token back', async () => {
    await askAs(serving, app, { path: '/oauth/revoke', fields: { token: access } });
    await expect(becomesRefused(one, access)).resolves.toBeUndefined();
  });

  test('OAU-02: when its code comes a second time', async () => {
    const { code = '' } = told(await authorizeAt(browser, app));
    const fields = {
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: callback,
    };
    const { access: stolen } = await tokensBy(serving, app, fields);
    expect(await say(one, stolen)).toBe(ada);
    await askAs(serving, app, { path: '/oauth/token', fields });
    await expect(becomesRefused(one, stolen)).resolves.toBeUndefined();
    expect(await say(one, access)).toBe(ada);
  });

  test('TOK-03: when an old refresh token is shown again', async () => {
    const request = { scope: 'openid offline_access' };
    const own = await makeClient(serving, confidential);
    const { refresh } = await tokensOf(serving, own, { browser, request });
    const fields = { grant_type: 'refresh_token', refresh_token: refresh };
    const second = await tokensBy(serving, own, fields);
    await tokensBy(serving, own, { ...fields, refresh_token: second.refresh });
    serving.clock.advance(31_000);
    const late = watch();
    expect(await say(late, second.access)).toBe(ada);
    await askAs(serving, own, { path: '/oauth/token', fields });
    await expect(becomesRefused(late, second.access)).resolves.toBeUndefined();
  });
});
