/** Programs that register themselves as clients (RFC 7591) and manage what they said (RFC 7592). */
import { afterEach, describe, expect, test } from 'vitest';
import { changeClient } from '../../../packages/server/src/domain/clients/govern-clients.ts';
import {
  offerRegistration,
  type RegistrationOffer,
} from '../../../packages/server/src/domain/clients/offer-registration.ts';
import type { GivenSettings } from '../../../packages/server/src/program/configuration/configuration.ts';
import { operator } from '../../../packages/server/src/program/verbs.ts';
import { callback } from '../../kit/clients.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { type Answer, type Said, visit } from '../../kit/visitor.ts';
import { post } from './cast.ts';

const path = '/oauth/register';
const said = { redirect_uris: [callback], client_name: 'Notes' };

describe.each(servings)('over %s', (_name, serve) => {
  let serving: Serving;
  afterEach(() => serving.close());
  const open = async (settings: GivenSettings): Promise<void> => {
    serving = await serve({ lightHashing: true, settings });
  };
  const ask = (method: string, to: string, more: Said = {}): Promise<Answer> =>
    visit(serving, { program: true }).ask(method, to, more);
  const register = (body: unknown = said, bearer?: string): Promise<Answer> =>
    ask('POST', path, bearer === undefined ? { body } : { body, bearer });
  const offer = async (how: Partial<RegistrationOffer> = {}): Promise<string> =>
    (await offerRegistration(serving.assembly.ports, operator, { uses: 1, expiresIn: 3600, ...how })).text;
  /** Where a client manages itself, and the token for it. */
  const managed = ({ json }: Answer): [string, string] => [
    new URL(String(json['registration_client_uri'])).pathname,
    String(json['registration_access_token']),
  ];
  const inMetadata = async (): Promise<unknown> =>
    (await ask('GET', '/.well-known/openid-configuration')).json['registration_endpoint'];

  test('is off unless the operator wants it, and the metadata says so', async () => {
    await open({});
    const answer = await register();
    expect([answer.status, answer.json['error']]).toEqual([404, 'invalid_request']);
    expect(await inMetadata()).toBeUndefined();
    expect(await serving.assembly.ports.store.read.clients.list({ limit: 9 })).toEqual([]);
  });

  test('takes a token as often and as long as the operator has said', async () => {
    await open({ registration: 'token' });
    expect(await inMetadata()).toBe(`${serving.origin}${path}`);
    const token = await offer({ uses: 2 });
    for (const status of [201, 201, 401]) expect((await register(said, token)).status).toBe(status);
    const late = await offer({ expiresIn: 60 });
    serving.clock.advance(60_000);
    const answer = await register(said, late);
    expect([answer.status, answer.json['error']]).toEqual([401, 'invalid_token']);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
    const none = await register();
    expect([none.status, none.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^Bearer realm="[^"]+"$/),
    ]);
    expect(none.json).not.toHaveProperty('error');
  });

  test('a registration that is refused does not use the token up', async () => {
    await open({ registration: 'token' });
    const token = await offer();
    const bad = await register({ redirect_uris: ['http://app.example/'], application_type: 'web' }, token);
    expect([bad.status, bad.json['error']]).toEqual([400, 'invalid_redirect_uri']);
    expect((await register(said, token)).status).toBe(201);
  });

  test('answers what was registered, with the defaults of the standard, and shows secrets once', async () => {
    await open({ registration: 'open' });
    const { status, json, headers } = await register({ ...said, unknown_member: 1, first_party: true });
    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(json).toMatchObject({
      ...said,
      application_type: 'web',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      id_token_signed_response_alg: 'RS256',
      subject_type: 'public',
      client_id_issued_at: Math.floor(serving.clock.now() / 1000),
      client_secret: expect.stringMatching(/^dw_cs_/),
      client_secret_expires_at: 0,
      registration_access_token: expect.stringMatching(/^dw_rg_/),
      registration_client_uri: `${serving.origin}${path}/${String(json['client_id'])}`,
    });
    expect(json).not.toHaveProperty('unknown_member');
    const client = await serving.assembly.ports.store.read.clients.find(String(json['client_id']));
    expect(client).toMatchObject({ madeBy: 'registration', firstParty: false, requirePkce: true });
  });

  test('a program that says where native programs listen is native', async () => {
    await open({ registration: 'open' });
    const body = { redirect_uris: ['http://127.0.0.1/callback'], token_endpoint_auth_method: 'none' };
    const { json } = await register(body);
    expect(json).toMatchObject({ application_type: 'native', client_name: '127.0.0.1' });
    expect(json).not.toHaveProperty('client_secret');
  });

  test('PKCE may be left to clients with a secret when the operator says so, and to no other', async () => {
    await open({ registration: 'open', registrationPkce: 'optional' });
    const required = async (body: object): Promise<unknown> => {
      const { json } = await register({ ...said, ...body });
      return (await serving.assembly.ports.store.read.clients.find(String(json['client_id'])))?.requirePkce;
    };
    expect(await required({})).toBe(false);
    expect(await required({ token_endpoint_auth_method: 'none' })).toBe(true);
    const made = await register();
    const [at, bearer] = managed(made);
    const clientId = String(made.json['client_id']);
    const body = { ...said, client_id: clientId, token_endpoint_auth_method: 'none' };
    expect((await ask('PUT', at, { bearer, body })).status).toBe(200);
    expect(await serving.assembly.ports.store.read.clients.find(clientId)).toMatchObject({
      requirePkce: true,
    });
  });

  test('a client reads, replaces and removes itself', async () => {
    await open({ registration: 'open' });
    const made = await register({ ...said, contacts: ['ada@app.example'] });
    const [at, bearer] = managed(made);
    const { client_secret: secret, client_secret_expires_at: _end, ...known } = made.json;
    expect((await ask('GET', at, { bearer })).json).toEqual(known);
    const id = known['client_id'];
    const body = {
      client_id: id,
      client_secret: secret,
      redirect_uris: [`${callback}/two`],
      client_name: 'New',
    };
    const replaced = await ask('PUT', at, { bearer, body });
    expect([replaced.status, replaced.json]).toEqual([
      200,
      { ...known, redirect_uris: [`${callback}/two`], client_name: 'New', contacts: [] },
    ]);
    // Its secret is still its secret: the endpoint knows it and only misses the token.
    const asked = await post(serving, '/oauth/introspect', {
      fields: { token: 'none' },
      as: { id: String(id), secret: String(secret) },
    });
    expect([asked.status, asked.json]).toEqual([200, { active: false }]);
    expect((await ask('DELETE', at, { bearer })).status).toBe(204);
    for (const method of ['GET', 'DELETE'])
      expect((await ask(method, at, { bearer })).json['error']).toBe('invalid_token');
  });

  test('a client that begins to prove itself by a secret is given one', async () => {
    await open({ registration: 'open' });
    const made = await register({ ...said, token_endpoint_auth_method: 'none' });
    const [at, bearer] = managed(made);
    const body = { ...said, client_id: made.json['client_id'] };
    expect((await ask('PUT', at, { bearer, body })).json).toMatchObject({
      token_endpoint_auth_method: 'client_secret_basic',
      client_secret: expect.stringMatching(/^dw_cs_/),
      client_secret_expires_at: 0,
    });
  });

  test('what the operator decided about a client stays when it says anew what it is', async () => {
    await open({ registration: 'open' });
    const made = await register();
    const [at, bearer] = managed(made);
    const clientId = String(made.json['client_id']);
    const { ports } = serving.assembly;
    const scopes = ['openid', 'reports:read'];
    await changeClient(ports, operator, { clientId, change: { scopes, accessTokenFormat: 'opaque' } });
    const body = { ...said, client_id: clientId, scope: 'openid reports:read reports:write' };
    expect((await ask('PUT', at, { bearer, body })).json['scope']).toBe('openid reports:read');
    expect(await ports.store.read.clients.find(clientId)).toMatchObject({
      scopes,
      accessTokenFormat: 'opaque',
    });
  });
});
