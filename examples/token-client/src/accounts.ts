/** Register, sign in, sign out: each is one call of the client. */
import { Refused, readJson } from '@doorward/examples-kit';
import type { Endpoint, Parts } from './endpoints.ts';
import { credentials, readFields, registration } from './inputs.ts';

/** The endpoints of those who come and go. */
export const accountEndpoints = (parts: Parts): readonly Endpoint[] => [
  registerEndpoint(parts),
  loginEndpoint(parts),
  logoutEndpoint(parts),
];

const registerEndpoint = ({ stranger, log }: Parts): Endpoint => ({
  row: 'POST /register',
  summary: 'Makes an account at the central server.',
  body: registration,
  limited: true,
  answers: {
    200: 'The account is made.',
    400: 'The body is not JSON, or the central server does not take what it says.',
    409: 'Somebody has this username or e-mail address.',
    422: 'Some fields are wrong.',
    503: 'The central server is unreachable.',
  },
  handler: async (c) => {
    const { username, email, password, full_name } = readFields(registration, await readJson(c.req.raw));
    const name = typeof full_name === 'string' ? { name: full_name } : {};
    await stranger.signUp({ username, email, password, ...name });
    log('INFO', 'an account was registered');
    return c.json({ message: 'User registered successfully' });
  },
});

const loginEndpoint = ({ callers, log }: Parts): Endpoint => ({
  row: 'POST /login',
  summary: 'Signs in at the central server and puts the tokens into the vault of the caller.',
  body: credentials,
  limited: true,
  answers: {
    200: 'The tokens.',
    401: 'Nobody has this username and password.',
    422: 'Some fields are wrong.',
    429: 'Too many attempts.',
    503: 'The central server is unreachable.',
  },
  handler: async (c) => {
    const { username, password } = readFields(credentials, await readJson(c.req.raw));
    const { tokens, expiresIn } = await callers.signIn(c, { identifier: username, password });
    log('INFO', 'somebody signed in');
    return c.json({
      access_token: tokens.accessToken,
      refresh_token: tokens.refreshToken,
      token_type: 'bearer',
      expires_in: expiresIn,
    });
  },
});

const logoutEndpoint = ({ callers, log }: Parts): Endpoint => ({
  row: 'POST /logout',
  summary: 'Forgets the tokens of the caller and ends their session at the central server.',
  answers: {
    200: 'Nobody is signed in here any more.',
    503: 'The tokens are forgotten here; the central server is unreachable and ends them by their own time.',
  },
  handler: async (c) => {
    const signedOut = await callers.signOut(c);
    if (signedOut?.ended === false)
      throw new Refused(503, 'Logged out here, but the authentication service is unavailable');
    log('INFO', 'somebody signed out');
    return c.json({ message: 'Successfully logged out' });
  },
});
