/** express-openid-connect (https://github.com/auth0/express-openid-connect): an Express application with a session. */
import express, { type Request, type Response } from 'express';
import { auth } from 'express-openid-connect';
import session from 'express-session';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeClient } from '../kit/clients.ts';
import { type Application, openApplication } from './application.ts';
import type { Person } from './person.ts';
import { openPlace, type Place } from './place.ts';

let application: Application;
let place: Place;
beforeAll(async () => {
  application = await openApplication();
  place = await openPlace({ outgoingAllow: [new URL(application.origin).host] });
});
afterAll(() => Promise.all([place.serving.close(), application.close()]));

/** Has the application use express-openid-connect for a client. */
async function serveIt({ isPushed = false } = {}): Promise<void> {
  const { origin } = application;
  const client = await makeClient(place.serving, {
    authentication: 'client_secret_basic',
    redirectUris: [`${origin}/callback`],
    postLogoutRedirectUris: [`${origin}/public`],
    backchannelLogoutUri: `${origin}/backchannel-logout`,
    // What express-openid-connect expects unless told otherwise.
    idTokenAlgorithm: 'RS256',
    firstParty: false,
    requirePushedRequests: isPushed,
  });
  const app = express();
  app.use(
    auth({
      issuerBaseURL: place.serving.origin,
      baseURL: origin,
      clientID: client.id,
      clientSecret: client.secret,
      secret: 'a secret of the application',
      authorizationParams: { response_type: 'code', scope: 'openid email offline_access' },
      authRequired: false,
      pushedAuthorizationRequests: isPushed,
      idpLogout: true,
      routes: { postLogoutRedirect: '/public' },
      backchannelLogout: { store: new session.MemoryStore() },
    }),
  );
  app.get('/public', (request, response) => void response.json(request.oidc.isAuthenticated()));
  app.get('/mine', (request, response) => void tellMine(request, response));
  application.serve(app);
}

/** Has the person sign in, or takes new tokens and says who they are. */
async function tellMine({ oidc }: Request, response: Response): Promise<void> {
  if (!oidc.isAuthenticated()) return response.oidc.login({ returnTo: '/mine' });
  const before = oidc.accessToken;
  const after = await before?.refresh();
  const { sub, email } = await oidc.fetchUserInfo();
  response.json({ sub, email, refreshed: after?.access_token !== before?.access_token });
}

/** What a page of the application says. */
const read = async (person: Person, path: string): Promise<unknown> => {
  const { answer } = await person.goTo(`${application.origin}${path}`);
  return JSON.parse(answer?.text ?? '') as unknown;
};

test.each([
  ['sent by the browser', false],
  ['pushed', true],
])(
  'Ada signs in by a request that is %s, is known, refreshed, and signed out of both',
  async (_way, isPushed) => {
    await serveIt({ isPushed });
    const person = place.browser(application.origin);
    expect(await read(person, '/public')).toBe(false);
    expect(await read(person, '/mine')).toEqual({
      sub: place.ada,
      email: 'ada@example.com',
      refreshed: true,
    });
    expect(await read(person, '/public')).toBe(true);
    expect(await read(person, '/logout')).toBe(false);
    const home = await person.goTo(`${place.serving.origin}/api/v1/session`);
    expect(home.answer?.status).toBe(401);
  },
);

test('the application hears that Ada has signed out elsewhere', async () => {
  await serveIt();
  const person = place.browser(application.origin);
  await read(person, '/mine');
  expect(await read(person, '/public')).toBe(true);
  await person.goTo(`${place.serving.origin}/sign-out`);
  await expect.poll(() => read(person, '/public')).toBe(false);
});
