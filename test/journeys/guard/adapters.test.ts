import { request as sendRaw } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Guard, type GuardLine, guard } from '../../../packages/guard/src/index.ts';
import { type Serving, serveBrowsers } from '../../kit/serving.ts';
import { goodPassword } from '../../kit/visitor.ts';
import { apiKey, cookieHeader, device, type Person, person } from '../cast.ts';
import { type GuardedApp, mounts, openApp } from './guarded-apps.ts';

const everyCarrier = ['cookie', 'opaque', 'jwt', 'jwt-cookie', 'api-key', 'basic'] as const;

interface Told {
  readonly status: number;
  readonly code: unknown;
  readonly json: Record<string, unknown>;
  readonly headers: Headers;
}

/** A server, and somebody who is signed in by every carrier. */
interface Scene {
  readonly serving: Serving;
  readonly guard: Guard;
  readonly lines: GuardLine[];
  readonly root: Person;
  /** The request headers of one caller, by carrier. */
  readonly headers: Readonly<Record<(typeof everyCarrier)[number], Readonly<Record<string, string>>>>;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function openScene(): Promise<Scene> {
  const serving = await serveBrowsers({ lightHashing: true });
  const root = await person(serving, 'root', { carrier: 'jwt', roles: ['admin'] });
  const by = (carrier: string): Promise<Person> => device(serving, root, { carrier });
  const [jwt, opaque, cookie, jwtCookie] = [
    await by('jwt'),
    await by('opaque'),
    await by('cookie'),
    await by('jwt-cookie'),
  ];
  const key = await apiKey(cookie, ['doorward:accounts:read']);
  const basic = Buffer.from(`${root.email}:${goodPassword}`).toString('base64');
  const lines: GuardLine[] = [];
  return {
    serving,
    root,
    lines,
    guard: guard({
      issuer: serving.origin,
      carriers: everyCarrier,
      clock: serving.clock,
      log: (line) => void lines.push(line),
    }),
    headers: {
      jwt: bearer(jwt.access),
      opaque: bearer(opaque.access),
      cookie: { cookie: cookieHeader(cookie) },
      'jwt-cookie': { cookie: cookieHeader(jwtCookie) },
      'api-key': bearer(key.text),
      basic: { authorization: `Basic ${basic}` },
    },
  };
}

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(async () => {
  scene.guard.close();
  await scene.serving.close();
});

describe.each(mounts)('an API in %s', (_name, mount) => {
  let app: GuardedApp;
  beforeAll(async () => {
    app = await openApp(mount, scene.guard);
  });
  afterAll(() => app.close());

  let before = 0;
  beforeEach(() => {
    before = app.handled();
  });
  const reached = (): number => app.handled() - before;

  const ask = async (
    path: string,
    headers: Readonly<Record<string, string>> = {},
    method = 'GET',
  ): Promise<Told> => {
    const response = await fetch(`${app.origin}${path}`, { method, headers });
    const text = await response.text();
    const json = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    return { status: response.status, code: json['code'], json, headers: response.headers };
  };

  test.each(everyCarrier)('knows its caller by %s', async (carrier) => {
    const { status, json } = await ask('/any', scene.headers[carrier]);
    expect([status, json]).toEqual([
      200,
      expect.objectContaining({ carrier, accountId: scene.root.account }),
    ]);
    expect(reached()).toBe(1);
  });

  test('GRD-01: without a credential it asks for one, as RFC 6750 §3 says, and no handler runs', async () => {
    const { status, code, headers } = await ask('/any');
    expect([status, code]).toEqual([401, 'credentials_missing']);
    expect(headers.get('www-authenticate')).toBe(
      `Bearer realm="${scene.serving.origin}", Basic realm="${scene.serving.origin}", charset="UTF-8"`,
    );
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(reached()).toBe(0);
  });

  test.each([
    ['a forged token', 'Bearer a.b.c', '401 credentials_invalid'],
    ['a handle of another kind', 'Bearer dw_rt_abc', '401 credentials_invalid'],
    ['an unknown handle', 'Bearer dw_at_abc', '401 credentials_invalid'],
    ['another scheme', 'Negotiate abc', '401 credentials_invalid'],
    ['two tokens in one header', 'Bearer a, Bearer b', '400 request_malformed'],
    [
      'a wrong password',
      `Basic ${Buffer.from('root@example.com:wrong').toString('base64')}`,
      '401 credentials_invalid',
    ],
  ])('%s is refused and no handler runs', async (_, authorization, refusal) => {
    const told = await ask('/any', { authorization });
    expect(`${told.status} ${String(told.code)}`).toBe(refusal);
    expect(told.headers.get('www-authenticate')).toMatch(
      /^Bearer realm="[^"]+", error="invalid_(?:token|request)"/,
    );
    expect(reached()).toBe(0);
  });

  test('GRD-07: a second Authorization header is seen', async () => {
    const { authorization } = scene.headers.jwt;
    const status = await new Promise((resolve, reject) => {
      const sent = sendRaw(`${app.origin}/any`, {
        headers: ['Host', 'localhost', 'Authorization', authorization ?? '', 'Authorization', 'Bearer x'],
      });
      sent.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
      sent.end();
    });
    expect([status, reached()]).toEqual([400, 0]);
  });

  test.each(['cookie', 'jwt-cookie', 'basic'] as const)(
    'GRD-13: a change by %s needs our own page',
    async (carrier) => {
      const { origin } = scene.serving;
      const foreign = {
        ...scene.headers[carrier],
        origin: 'https://evil.example',
        'sec-fetch-site': 'cross-site',
      };
      expect(await ask('/any', foreign, 'POST')).toMatchObject({ status: 403, code: 'origin_refused' });
      expect(await ask('/any', scene.headers[carrier], 'DELETE')).toMatchObject({ status: 403 });
      expect(reached()).toBe(0);
      expect((await ask('/any', { ...scene.headers[carrier], origin }, 'POST')).status).toBe(200);
      expect(
        (await ask('/any', { ...scene.headers[carrier], 'sec-fetch-site': 'same-origin' }, 'PUT')).status,
      ).toBe(200);
      expect(reached()).toBe(2);
    },
  );

  test.each(['jwt', 'opaque', 'api-key'] as const)('a change by %s needs none', async (carrier) => {
    expect((await ask('/any', scene.headers[carrier], 'POST')).status).toBe(200);
  });

  test('GRD-06: scopes, roles and recent proofs are required by name', async () => {
    for (const path of ['/scope', '/role', '/recent'])
      expect((await ask(path, scene.headers.jwt)).status).toBe(200);
    expect((await ask('/scope', scene.headers['api-key'])).status).toBe(200);
    const ada = await person(scene.serving, `ada-${app.origin.split(':').at(-1)}`, { carrier: 'jwt' });
    before = app.handled();
    const scope = await ask('/scope', bearer(ada.access));
    expect([scope.status, scope.code]).toEqual([403, 'scope_missing']);
    expect(scope.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
    expect(scope.headers.get('www-authenticate')).toContain('scope="doorward:accounts:read"');
    const role = await ask('/role', bearer(ada.access));
    expect([role.status, role.code, role.headers.get('www-authenticate')]).toEqual([
      403,
      'role_missing',
      null,
    ]);
    expect(reached()).toBe(0);
  });

  test('GRD-01: a requirement that throws lets nobody in', async () => {
    const { status, code, headers } = await ask('/broken', scene.headers.jwt);
    expect([status, code, headers.get('retry-after'), reached()]).toEqual([
      503,
      'server_unavailable',
      '2',
      0,
    ]);
  });

  test.each(['/any?public', '/any?x=/health', '/any/../any', '/any#health'])(
    'GRD-02: %s is guarded alike',
    async (path) => {
      expect([(await ask(path)).status, reached()]).toEqual([401, 0]);
    },
  );

  test('GRD-04: no method, caller or probe is exempt', async () => {
    for (const method of ['HEAD', 'OPTIONS', 'POST', 'DELETE']) {
      const headers = { 'user-agent': 'ELB-HealthChecker/2.0', 'x-middleware-subrequest': 'middleware' };
      const response = await fetch(`${app.origin}/any`, { method, headers });
      expect([method, response.status]).toEqual([method, 401]);
      await response.body?.cancel();
    }
    expect(reached()).toBe(0);
  });

  test('GRD-05: callers who come at once are not mixed up', async () => {
    const others = await Promise.all(
      [1, 2, 3].map(() => device(scene.serving, scene.root, { carrier: 'jwt' })),
    );
    const asked = Array.from({ length: 60 }, (_, at) => others[at % 3]);
    const told = await Promise.all(asked.map((one) => ask('/any', bearer(one?.access ?? ''))));
    expect(told.map(({ json }) => json['sessionId'])).toEqual(asked.map((one) => one?.session));
  });

  test('SES-03: after signing out, no carrier opens anything', async () => {
    for (const carrier of ['opaque', 'jwt', 'cookie', 'jwt-cookie']) {
      const ada = await device(scene.serving, scene.root, { carrier });
      const headers = ada.access === '' ? { cookie: cookieHeader(ada) } : bearer(ada.access);
      expect((await ask('/any', headers)).status).toBe(200);
      expect((await ada.ask('DELETE', '/api/v1/session')).status).toBe(204);
      await expect.poll(async () => (await ask('/any', headers)).status, { timeout: 2000 }).toBe(401);
    }
  });
});

test.each(mounts.filter(([name]) => name === 'express' || name === 'fastify'))(
  'GRD-02: in %s, a handler whose protection was forgotten has no principal and lets nobody in',
  async (_, mount) => {
    const app = await openApp(mount, scene.guard);
    const response = await fetch(`${app.origin}/forgotten`, { headers: scene.headers.jwt });
    expect([response.status, app.handled()]).toEqual([500, 0]);
    await response.body?.cancel();
    await app.close();
  },
);

test('a proof that is too old is asked for again (RFC 9470 §3)', async () => {
  const old = await openScene();
  old.serving.clock.advance(301_000);
  for (const [, mount] of mounts) {
    const app = await openApp(mount, old.guard);
    const ask = () => fetch(`${app.origin}/recent`, { headers: old.headers.cookie });
    expect((await ask()).headers.get('www-authenticate')).toContain(
      'error="insufficient_user_authentication", error_description="This needs a more recent sign-in.", max_age="300"',
    );
    await app.close();
  }
  old.guard.close();
  await old.serving.close();
});

test('GRD-01: when the server is gone, nobody who would have to be asked about gets in', async () => {
  const gone = await openScene();
  await gone.serving.close();
  for (const [, mount] of mounts) {
    const app = await openApp(mount, gone.guard);
    for (const carrier of ['opaque', 'cookie', 'api-key', 'basic'] as const) {
      const response = await fetch(`${app.origin}/any`, { headers: gone.headers[carrier] });
      expect([response.status, app.handled()]).toEqual([503, 0]);
      await response.body?.cancel();
    }
    await app.close();
  }
  gone.guard.close();
});
