import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeClient, makeClient } from '../../kit/clients.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, type Visitor, visit } from '../../kit/visitor.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serveHandler({ lightHashing: true });
  await makeClient(serving);
});
afterAll(() => serving.close());

const program = (): Visitor => visit(serving, { program: true });

describe('OAU-16: cross-origin calls', () => {
  const origin = 'https://app.example';
  const strangers = [
    'https://evil.example',
    'null',
    'https://sub.app.example',
    'https://app.example.evil.example',
    'http://app.example',
    'https://app.example:8443',
    'https://app.example/',
    'HTTPS://APP.EXAMPLE',
    '',
  ];
  const shared = ['/oauth/token', '/oauth/revoke', '/oauth/userinfo'];
  const closed = [
    '/oauth/authorize',
    '/oauth/end-session',
    '/oauth/introspect',
    '/sign-out',
    '/api/v1/session',
  ];
  const preflight = (path: string, from: string, method = 'POST'): Promise<Answer> =>
    program().ask('OPTIONS', path, {
      headers: {
        origin: from,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization',
      },
    });

  test.each(shared)('%s may be called by pages of a registered origin, without credentials', async (path) => {
    const { status, headers } = await preflight(path, origin);
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, origin]);
    expect(headers.get('access-control-allow-methods')).toContain('POST');
    expect(headers.get('access-control-allow-headers')).toContain('authorization');
    expect(headers.has('access-control-allow-credentials')).toBe(false);
    expect(headers.get('vary')).toBe('origin');
    const refused = await program().ask('POST', path, {
      raw: 'x=1',
      headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.headers.get('access-control-allow-origin')).toBe(origin);
    expect(refused.headers.has('access-control-allow-credentials')).toBe(false);
  });

  test.each(shared)('%s is shown to no other origin', async (path) => {
    for (const stranger of strangers) {
      const asked = await preflight(path, stranger);
      const called = await program().ask('POST', path, { raw: '', headers: { origin: stranger } });
      for (const { headers } of [asked, called]) {
        expect([stranger, headers.get('access-control-allow-origin')]).toEqual([stranger, null]);
        expect(headers.get('vary')).toContain('origin');
      }
    }
  });

  test.each(closed)('%s is shown to no origin at all', async (path) => {
    for (const method of ['GET', 'POST']) {
      const asked = await preflight(path, origin, method);
      const called = await program().ask(method, path, { headers: { origin } });
      for (const { headers } of [asked, called])
        expect(headers.has('access-control-allow-origin')).toBe(false);
    }
  });

  test.each([
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
    '/.well-known/jwks.json',
  ])('%s may be read by pages of any origin, whatever their headers, without credentials', async (path) => {
    for (const from of [origin, 'https://evil.example', 'null']) {
      const asked = await preflight(path, from, 'GET');
      expect([asked.status, asked.headers.get('access-control-allow-methods')]).toEqual([204, 'GET']);
      expect(asked.headers.get('access-control-allow-headers')).toBe('*, authorization');
      expect(asked.headers.get('access-control-max-age')).toBe('600');
      const read = await program().ask('GET', path, { headers: { origin: from } });
      for (const { headers } of [asked, read]) {
        expect(headers.get('access-control-allow-origin')).toBe('*');
        expect(headers.has('access-control-allow-credentials')).toBe(false);
        expect(headers.has('vary')).toBe(false);
      }
      const other = await program().ask('POST', path, { headers: { origin: from } });
      expect([other.status, other.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
    // What a cache keeps serves every page, also when nobody of another origin asked for it.
    const kept = await program().ask('GET', path);
    expect(kept.headers.get('access-control-allow-origin')).toBe('*');
    const refused = await program().ask('GET', `${path}?x=1`, { headers: { origin } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([400, '*']);
  });

  test('an OPTIONS that is no preflight is a method like any other that a path does not have', async () => {
    const { status, headers } = await program().ask('OPTIONS', '/.well-known/jwks.json');
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test('an origin goes with its client', async () => {
    const own = await makeClient(serving, { redirectUris: ['https://short.example/callback'] });
    const allowed = async (): Promise<string | null> =>
      (await preflight('/oauth/token', 'https://short.example')).headers.get('access-control-allow-origin');
    expect(await allowed()).toBe('https://short.example');
    await changeClient(serving, own, { status: 'disabled' });
    expect(await allowed()).toBe(null);
  });

  test('a client that runs on a server or in an app has no pages', async () => {
    const redirectUris = ['https://server.example/callback'];
    await makeClient(serving, { authentication: 'client_secret_basic', redirectUris });
    await makeClient(serving, { application: 'native', redirectUris });
    const { headers } = await preflight('/oauth/token', 'https://server.example');
    expect(headers.has('access-control-allow-origin')).toBe(false);
  });
});
