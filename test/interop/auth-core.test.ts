/** Auth.js (https://authjs.dev): its core, which the packages for the frameworks stand on. */
import { Auth, type AuthConfig } from '@auth/core';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '../../packages/server/src/domain/clients/client.ts';
import { makeClient } from '../kit/clients.ts';
import { type Application, openApplication } from './application.ts';
import { openPlace, type Place } from './place.ts';

let application: Application;
let place: Place;
beforeAll(async () => {
  [application, place] = await Promise.all([openApplication(), openPlace()]);
});
afterAll(() => Promise.all([place.serving.close(), application.close()]));

/** Has the application use Auth.js for a client, and returns what Auth.js told of itself as broken. */
async function serveFor(changes: Partial<Client>): Promise<readonly unknown[]> {
  const client = await makeClient(place.serving, {
    authentication: 'client_secret_basic',
    redirectUris: [`${application.origin}/auth/callback/doorward`],
    firstParty: false,
    ...changes,
  });
  const faults: unknown[] = [];
  const config: AuthConfig = {
    secret: 'a secret of the application',
    trustHost: true,
    basePath: '/auth',
    logger: { error: (fault) => void faults.push(fault) },
    providers: [
      {
        id: 'doorward',
        name: 'Doorward',
        type: 'oidc',
        issuer: place.serving.origin,
        clientId: client.id,
        clientSecret: client.secret,
        client: { token_endpoint_auth_method: client.authentication },
        checks: ['pkce', 'state', 'nonce'],
        // Claims of scopes stand at UserInfo where there is an access token (OpenID Connect Core §5.4).
        idToken: client.claimsInIdToken === true,
      },
    ],
  };
  const listener = getRequestListener((request) =>
    new URL(request.url).pathname.startsWith('/auth') ? Auth(request, config) : new Response('home'),
  );
  application.serve((request, response) => void listener(request, response));
  return faults;
}

test.each([
  { authentication: 'client_secret_basic' },
  { authentication: 'client_secret_post' },
  { authentication: 'none' },
  { authentication: 'client_secret_basic', claimsInIdToken: true },
] as const)('Ada signs in to an application and out of it, %j', async (changes) => {
  const faults = await serveFor(changes);
  const person = place.browser(application.origin);
  const sessionNow = async (): Promise<unknown> => {
    const { answer } = await person.goTo(`${application.origin}/auth/session`);
    return JSON.parse(answer?.text ?? '') as unknown;
  };
  expect(await sessionNow()).toBeNull();
  await person.goTo(`${application.origin}/auth/signin`);
  expect(faults).toEqual([]);
  expect(await sessionNow()).toMatchObject({ user: { email: 'ada@example.com' } });
  await person.goTo(`${application.origin}/auth/signout`);
  expect(await sessionNow()).toBeNull();
});
