/** passport-oauth2 (https://github.com/jaredhanson/passport-oauth2): plain OAuth in an Express application. */
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { Strategy } from 'passport-oauth2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeClient } from '../kit/clients.ts';
import { type Application, openApplication } from './application.ts';
import { openPlace, type Place } from './place.ts';

let application: Application;
let place: Place;
beforeAll(async () => {
  [application, place] = await Promise.all([openApplication(), openPlace()]);
});
afterAll(() => Promise.all([place.serving.close(), application.close()]));

/** Who signs in: what the application got for them. */
interface User {
  readonly access: string;
  readonly refresh: string;
}

test('Ada signs in, and the application uses what it got', async () => {
  const { origin } = place.serving;
  const callbackURL = `${application.origin}/callback`;
  const client = await makeClient(place.serving, {
    // It always sends its secret in the form.
    authentication: 'client_secret_post',
    redirectUris: [callbackURL],
  });
  const strategy = new Strategy(
    {
      authorizationURL: `${origin}/oauth/authorize`,
      tokenURL: `${origin}/oauth/token`,
      clientID: client.id,
      clientSecret: client.secret,
      callbackURL,
      scope: ['openid', 'email', 'offline_access'],
      state: true,
      pkce: true,
    },
    (...[access, refresh, , done]) => done(null, { access, refresh } satisfies User),
  );
  const authenticator = new passport.Authenticator();
  authenticator.use(strategy);
  const app = express();
  app.use(session({ secret: 'a secret of the application', resave: false, saveUninitialized: false }));
  app.get('/sign-in', authenticator.authenticate('oauth2', { session: false }));
  app.get('/callback', authenticator.authenticate('oauth2', { session: false }), (request, response) => {
    response.json(request.user);
  });
  application.serve(app);

  const { answer } = await place.browser(application.origin).goTo(`${application.origin}/sign-in`);
  const user = JSON.parse(answer?.text ?? '') as User;
  expect(user.refresh).not.toBe('');
  const info = await fetch(`${origin}/oauth/userinfo`, {
    headers: { authorization: `Bearer ${user.access}` },
  });
  expect(await info.json()).toMatchObject({ sub: place.ada, email: 'ada@example.com' });
});
