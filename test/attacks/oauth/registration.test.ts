/** Attacks on registration: by strangers, by whoever is invited, and by clients that came so. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changeClient } from '../../../packages/server/src/domain/clients/govern-clients.ts';
import { offerRegistration } from '../../../packages/server/src/domain/clients/offer-registration.ts';
import { operator } from '../../../packages/server/src/program/verbs.ts';
import { administrator, type Person } from '../../journeys/cast.ts';
import { basic, deviceGrant, program } from '../../journeys/oauth/cast.ts';
import { callback } from '../../kit/clients.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, member, type Said, visit } from '../../kit/visitor.ts';

const register = '/oauth/register';

const open: Serving[] = [];
let serving: Serving;
let root: Person;
const serve = async (settings = {}): Promise<void> => {
  serving = await serveHandler({ lightHashing: true, settings });
  open.push(serving);
  root = await administrator(serving);
};
beforeEach(() => serve());
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const ask = (method: string, path: string, said: Said = {}): Promise<Answer> =>
  visit(serving, { program: true }).ask(method, path, said);
const sign = (body: unknown, said: Said = {}): Promise<Answer> => ask('POST', register, { body, ...said });
const known = () => serving.assembly.ports.store.read.clients.list({ limit: 100 });
const found = async (id: unknown) => serving.assembly.ports.store.read.clients.find(String(id));

describe('OAU-20: registration', () => {
  test('does not exist unless the operator wants it, whoever asks', async () => {
    for (const said of [{}, { bearer: root.access }, { bearer: 'dw_ri_none' }])
      expect((await sign({ redirect_uris: [callback] }, said)).status).toBe(404);
    expect((await ask('GET', `${register}/${crypto.randomUUID()}`, { bearer: root.access })).status).toBe(
      404,
    );
    expect(await known()).toEqual([]);
  });

  test('by token takes no other credential: no session, no key, no secret, no forgery', async () => {
    await serve({ registration: 'token' });
    const app = await program(serving);
    const good = await offerRegistration(serving.assembly.ports, operator, { uses: 1, expiresIn: 60 });
    const wrong = [root.access, app.secret, 'dw_ri_none', `${good.text.slice(0, -2)}AA`];
    for (const bearer of wrong) {
      const answer = await sign({ redirect_uris: [callback] }, { bearer });
      expect([answer.status, answer.json['error']]).toEqual([401, 'invalid_token']);
    }
    const headers = { authorization: basic(app) };
    expect((await sign({ redirect_uris: [callback] }, { headers })).status).toBe(400);
    const used = (): Promise<Answer> => sign({ redirect_uris: [callback] }, { bearer: good.text });
    const both = await Promise.all([used(), used()]);
    expect(both.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([201, 401]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['javascript:', { redirect_uris: ['javascript:alert(1)'] }],
    ['data:', { redirect_uris: ['data:text/html,x'] }],
    ['a scheme without a dot', { redirect_uris: ['myapp:/callback'], application_type: 'native' }],
    ['a fragment', { redirect_uris: ['https://app.example/#x'] }],
    ['plain http', { redirect_uris: ['http://app.example/'] }],
    [
      'plain http on this machine for a web program',
      { redirect_uris: ['http://localhost/'], application_type: 'web' },
    ],
    ['a wildcard', { redirect_uris: ['https://*.app.example/'] }],
    ['user information', { redirect_uris: ['https://app.example@evil.example/'] }],
    ['dots', { redirect_uris: ['https://app.example/a/../b'] }],
    ['a tab', { redirect_uris: ['https://app.example/\tb'] }],
    ['a parameter of ours', { redirect_uris: ['https://app.example/?code=1'] }],
    ['one twice', { redirect_uris: [callback, callback] }],
    ['a thousand', { redirect_uris: Array.from({ length: 1000 }, (_, n) => `https://a.example/${n}`) }],
    ['none', {}],
    ['a relative one', { redirect_uris: ['/callback'] }],
    ['a javascript: one after sign-out', { post_logout_redirect_uris: ['javascript:alert(1)'] }],
  ])('takes no redirect URI with %s', async (_what, body) => {
    await serve({ registration: 'open', bodyLimit: 1 << 20 });
    const answer = await sign({
      ...('post_logout_redirect_uris' in body ? { redirect_uris: [callback] } : {}),
      ...body,
    });
    expect([answer.status, String(answer.json['error'])]).toEqual([400, expect.stringMatching(/^invalid_/)]);
    expect(answer.text).not.toContain('alert');
    expect(await known()).toEqual([]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['a blank name', { client_name: '  ' }],
    ['a name that shows nothing', { client_name: '\u3164' }],
    ['a name with a line of its own', { client_name: 'a\nb' }],
    ['an endless name', { client_name: 'x'.repeat(101) }],
    ['a private key', { jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'AAAA', d: 'AAAA' }] } }],
    ['a shared secret', { jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }],
    ['the password grant', { grant_types: ['password'] }],
    ['the implicit grant', { grant_types: ['implicit'], response_types: ['token'] }],
    ['a grant of its own', { grant_types: ['client_credentials'] }],
    ['the device grant', { grant_types: [deviceGrant] }],
    ['unsigned ID tokens', { id_token_signed_response_alg: 'none' }],
    ['a logo that is a script', { logo_uri: 'javascript:alert(1)' }],
    ['a logo on plain http', { logo_uri: 'http://169.254.169.254/' }],
    ['encrypted answers', { id_token_encrypted_response_alg: 'RSA-OAEP' }],
  ])('takes nothing like %s', async (_what, body) => {
    await serve({ registration: 'open' });
    const answer = await sign({ redirect_uris: [callback], ...body });
    expect([answer.status, answer.json['error']]).toEqual([400, 'invalid_client_metadata']);
    expect(await known()).toEqual([]);
  });

  test('ADM-02: makes a stranger, whatever it says of itself', async () => {
    await serve({ registration: 'open' });
    const hoped = {
      id: 'mine',
      client_id: 'mine',
      client_secret: 'mine',
      status: 'active',
      made_by: 'operator',
      first_party: true,
      firstParty: true,
      trusted: true,
      skip_consent: true,
      require_pkce: false,
      userId: root.account,
      registration_access_token: 'mine',
      scope: 'openid doorward:accounts:write payments:write',
    };
    const { json } = await sign({ redirect_uris: [callback], ...hoped });
    expect(json['scope']).toBe('openid');
    expect(JSON.stringify(json)).not.toMatch(/mine|trusted|skip_consent/);
    expect(await found(json['client_id'])).toMatchObject({
      madeBy: 'registration',
      firstParty: false,
      requirePkce: true,
      scopes: ['openid'],
      status: 'active',
    });
    const change = { clientId: String(json['client_id']), change: { firstParty: true } };
    await expect(changeClient(serving.assembly.ports, operator, change)).rejects.toMatchObject({
      code: 'input_invalid',
    });
  });

  test('is limited for each network where it is open', async () => {
    await serve({ registration: 'open', signUpAttempts: 2 });
    for (const status of [201, 201, 429])
      expect((await sign({ redirect_uris: [callback] })).status).toBe(status);
    const elsewhere = visit(serving, { program: true, peer: '198.51.100.9' });
    const answer = await elsewhere.ask('POST', register, { body: { redirect_uris: [callback] } });
    expect(answer.status).toBe(201);
  });

  test('is managed by its own token alone, and by nobody once it is disabled', async () => {
    await serve({ registration: 'open' });
    const [mine, other] = [
      await sign({ redirect_uris: [callback] }),
      await sign({ redirect_uris: [callback] }),
    ];
    const at = `${register}/${member(mine.json, 'client_id')}`;
    const bearer = member(mine.json, 'registration_access_token');
    const wrong = [
      serving.assembly.ports.handles.mint('registration', member(mine.json, 'client_id')).text,
      member(other.json, 'registration_access_token'),
      member(mine.json, 'client_secret'),
      root.access,
    ];
    const body = { client_id: member(mine.json, 'client_id'), redirect_uris: ['https://evil.example/'] };
    const attempt = async (token: string): Promise<unknown[]> =>
      Promise.all([
        ask('GET', at, { bearer: token }),
        ask('PUT', at, { bearer: token, body }),
        ask('DELETE', at, { bearer: token }),
      ]).then((answers) => answers.map(({ status }) => status));
    for (const token of wrong) expect(await attempt(token)).toEqual([401, 401, 401]);
    const clientId = member(mine.json, 'client_id');
    await changeClient(serving.assembly.ports, operator, { clientId, change: { status: 'disabled' } });
    expect(await attempt(bearer)).toEqual([401, 401, 401]);
    expect(await found(clientId)).toMatchObject({ status: 'disabled', redirectUris: [callback] });
  });

  test.each([
    ['names another client', { client_id: crypto.randomUUID() }],
    ['chooses its own secret', { client_secret: 'a secret that somebody chose' }],
    ['sends back what it was given', { registration_access_token: 'dw_rg_none' }],
  ])('a change that %s is refused', async (_how, more) => {
    await serve({ registration: 'open' });
    const { json } = await sign({ redirect_uris: [callback] });
    const at = `${register}/${member(json, 'client_id')}`;
    const body = { client_id: json['client_id'], redirect_uris: ['https://new.example/'], ...more };
    const answer = await ask('PUT', at, { bearer: member(json, 'registration_access_token'), body });
    expect([answer.status, answer.json['error']]).toEqual([400, 'invalid_client_metadata']);
    expect(await found(json['client_id'])).toMatchObject({ redirectUris: [callback] });
  });
});

describe('OAU-21: addresses that a client names', () => {
  let inside: Server;
  let connections: number;
  beforeEach(async () => {
    connections = 0;
    inside = createServer((_request, response) => response.end('[]')).on('connection', () => {
      connections += 1;
    });
    await new Promise<void>((listens) => inside.listen(0, '127.0.0.1', listens));
    await serve({ registration: 'open' });
  });
  afterEach(() => inside.close());

  const place = (): string => `127.0.0.1:${(inside.address() as AddressInfo).port}`;

  test('lead nowhere inside, and all failures look the same', async () => {
    const { port } = inside.address() as AddressInfo;
    const hosts = [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '[::ffff:7f00:1]',
      '2130706433',
      '169.254.169.254',
      '10.0.0.1',
    ];
    const told = new Set<string>();
    for (const host of hosts) {
      const uri = `https://${host}:${port}/list.json`;
      const spelled = URL.parse(uri)?.href ?? uri;
      for (const sector of new Set([uri, spelled])) {
        const answer = await sign({ redirect_uris: [callback], sector_identifier_uri: sector });
        expect(answer.status).toBe(400);
        const { decision: _decision, ...words } = answer.json;
        told.add(JSON.stringify(words));
      }
    }
    expect(told.size).toBe(1);
    expect(connections).toBe(0);
    expect(await known()).toEqual([]);
  });

  test('are not fetched at all where nothing is to be known of them', async () => {
    await serve({ registration: 'open', outgoingAllow: [place()] });
    const uri = `https://${place()}/`;
    const addresses = [
      'jwks_uri',
      'logo_uri',
      'client_uri',
      'policy_uri',
      'tos_uri',
      'backchannel_logout_uri',
    ];
    const named = Object.fromEntries(addresses.map((name) => [name, uri]));
    expect((await sign({ redirect_uris: [callback], ...named })).status).toBe(201);
    expect(connections).toBe(0);
  });

  test('a list is not asked for by whoever may not register, nor any more', async () => {
    await serve({ registration: 'token', outgoingAllow: [place()] });
    const offer = async (uses: number): Promise<string> =>
      (await offerRegistration(serving.assembly.ports, operator, { uses, expiresIn: 60 })).text;
    const [used, late, good] = [await offer(1), await offer(1), await offer(1)];
    expect((await sign({ redirect_uris: [callback] }, { bearer: used })).status).toBe(201);
    const body = { redirect_uris: [callback], sector_identifier_uri: `https://${place()}/` };
    // It could be reached: whoever is invited makes a connection.
    expect((await sign(body, { bearer: good })).status).toBe(400);
    expect(connections).toBe(1);
    serving.clock.advance(60_000);
    for (const bearer of ['dw_ri_none', used, late]) expect((await sign(body, { bearer })).status).toBe(401);
    expect(connections).toBe(1);
  });
});
