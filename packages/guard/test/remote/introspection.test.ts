import { describe, expect, test } from 'vitest';
import type { Credential } from '../../src/credential.ts';
import { isOfClient } from '../../src/remote/introspection.ts';
import { type Asked, json, start } from './scripted.ts';
import { ada, asking, bearer } from './scripted-ask.ts';

const audience = 'https://api.example.com';
const second = start / 1000;

/** A JWT as far as anybody looks before asking. */
const jwt = (claims: object): string =>
  ['{"alg":"EdDSA"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
const ofClient: Partial<Credential> = { carrier: 'jwt' };
const token = jwt({ client_id: 'board' });

/** What the server says of a token that a client has from Ada. */
const active = {
  active: true,
  iss: 'https://id.example.com',
  sub: 'ada',
  client_id: 'board',
  aud: audience,
  exp: second + 300,
  iat: second - 60,
  auth_time: second - 90,
  sid: 'session-1',
  scope: 'orders:read orders:write',
  amr: ['pwd'],
  token_type: 'Bearer',
};
/** What it says of a token that a client has for itself. */
const machine = {
  ...active,
  sub: 'nightly',
  client_id: 'nightly',
  sid: undefined,
  auth_time: undefined,
  amr: undefined,
};

const clients = { client: { id: 'api', secret: 'a secret' }, audience, machines: false };

/** A guard's questions to a server that says this of every token. */
const about = (said: object, machines = false, more = {}) =>
  asking(() => json(said), { clients: { ...clients, machines }, ...more });

test('a JWT of a client is asked about at introspection, with the secret of the API and nothing else', async () => {
  const seen: Asked[] = [];
  const { ask } = asking(
    (asked) => {
      seen.push(asked);
      return json(active);
    },
    { clients },
  );
  expect(await ask(bearer(token, ofClient))).toEqual({
    accountId: 'ada',
    sessionId: 'session-1',
    carrier: 'jwt',
    clientId: 'board',
    roles: [],
    scopes: ['orders:read', 'orders:write'],
    provenAt: second - 90,
    amr: ['pwd'],
    expiresAt: second + 300,
  });
  expect(seen.map(({ path }) => path)).toEqual(['/oauth/introspect']);
});

test('a JWT of a person is asked about as before, and an opaque token only then as a client’s', async () => {
  const paths: string[] = [];
  const { ask } = asking(
    ({ path }) => {
      paths.push(path);
      return path === '/oauth/introspect'
        ? json(active)
        : json({ code: 'credentials_invalid' }, { status: 401 });
    },
    { clients },
  );
  expect(await ask(bearer(jwt({ sub: 'ada' }), ofClient))).toMatchObject({ code: 'credentials_invalid' });
  expect(await ask(bearer('dw_at_x'))).toMatchObject({ accountId: 'ada', carrier: 'opaque' });
  expect(paths).toEqual(['/api/v1/principal', '/api/v1/principal', '/oauth/introspect']);
});

test('without a secret of the API nobody asks at introspection', async () => {
  const paths: string[] = [];
  const { ask } = asking(({ path }) => {
    paths.push(path);
    return json({ ...ada, carrier: 'jwt' });
  });
  await ask(bearer(token, ofClient));
  expect(paths).toEqual(['/api/v1/principal']);
});

describe('a token of a client is refused', () => {
  test.each([
    ['that is not active', { active: false }, 'inactive'],
    ['for another audience', { ...active, aud: 'https://other.example' }, 'audience'],
    ['for no audience', { ...active, aud: undefined }, 'audience'],
    ['that is bound to a key', { ...active, token_type: 'DPoP', cnf: { jkt: 'x' } }, 'bound'],
    ['that is a refresh token', { ...active, token_type: undefined }, 'bound'],
    ['that has just expired', { ...active, exp: second }, 'expired'],
    ['that a client has for itself', machine, 'no-session'],
    ['that names a client which is not its subject', { ...machine, sub: 'ada' }, 'no-session'],
  ])('%s', async (_what, said, check) => {
    const outcome = await about(said).ask(bearer(token, ofClient));
    expect(outcome).toMatchObject({ code: 'credentials_invalid', detail: { check } });
  });
});

test('JWT-18: a machine calls where machines may, and is told from every person', async () => {
  const outcome = await about(machine, true).ask(bearer(token, ofClient));
  expect(outcome).toMatchObject({ accountId: 'nightly', clientId: 'nightly', sessionId: undefined });
  const stranger = await about({ ...machine, sub: 'ada' }, true).ask(bearer(token, ofClient));
  expect(stranger).toMatchObject({ code: 'credentials_invalid' });
});

describe('GRD-01: an answer in doubt is no answer', () => {
  test.each([
    ['of another issuer', { ...active, iss: 'https://evil.example' }],
    ['that does not say whether', {}],
    ['whose truth is a text', { ...active, active: 'true' }],
    ['without an end', { ...active, exp: undefined }],
    ['without a client', { ...active, client_id: undefined }],
    ['without a subject', { ...active, sub: '' }],
    ['whose session is a number', { ...active, sid: 7 }],
  ])('%s', async (_what, said) => {
    expect(await about(said).ask(bearer(token, ofClient))).toMatchObject({ code: 'server_unavailable' });
  });

  test('an API that is refused itself says so to its operator, and to callers that it cannot tell', async () => {
    const { ask } = asking(() => json({ error: 'invalid_client' }, { status: 401 }), { clients });
    expect(await ask(bearer(token, ofClient))).toMatchObject({
      code: 'server_unavailable',
      detail: { reason: 'status' },
    });
  });
});

test('an answer is kept as long as wanted, never past the end of its token, and dropped with its session', async () => {
  const short = { ...active, exp: second + 5 };
  const { ask, asked, clock, feed } = about(short, false, { cacheSeconds: 60 });
  for (let time = 0; time < 3; time += 1) await ask(bearer(token, ofClient));
  expect(asked).toHaveLength(1);
  clock.advance(5000);
  await ask(bearer(token, ofClient));
  expect(asked).toHaveLength(2);
  feed.name('session-1');
  expect(await ask(bearer(token, ofClient))).toMatchObject({ code: 'credentials_invalid' });
});

test.each([
  '',
  'a',
  'a.b',
  'a..c',
  `${Buffer.from('x').toString('base64url')}.!!.`,
  jwt([]),
  jwt({ client_id: 7 }),
])('what says nothing of a client is asked about as a person’s: %j', (text) => {
  expect(isOfClient(text)).toBe(false);
});
