import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { offerSetUp } from '../../packages/server/src/domain/accounts/set-up.ts';
import { failures } from '../../packages/server/src/domain/failures.ts';
import { type Serving, serveHandler } from '../kit/serving.ts';
import { goodPassword, visit } from '../kit/visitor.ts';

/** What a browser asks for when somebody follows a link. */
const html = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

let serving: Serving;
beforeAll(async () => {
  serving = await serveHandler({ lightHashing: true });
});
afterAll(() => serving.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  visit(serving, { program: true }).ask('GET', path, { headers });

const submit = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  visit(serving, { program: true }).ask('POST', '/setup', {
    raw: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });

const newLink = (): Promise<string> => offerSetUp(serving.assembly.ports);

describe('files', () => {
  const path = '/assets/style.css';

  test('the docs name files that are there, unchanging under their digest', async () => {
    const { text } = await get('/docs', html);
    const paths = [...text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, found = '']) => found);
    expect(paths.length).toBeGreaterThanOrEqual(5);
    for (const found of paths) {
      const { status, headers } = await get(found);
      expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    }
  });

  test('without its digest, or with an old one, a file is asked for again each time', async () => {
    for (const asked of [path, `${path}?v=old`]) {
      const { headers } = await get(asked);
      expect(headers.get('cache-control')).toBe('no-cache');
      const again = await get(asked, { 'if-none-match': headers.get('etag') ?? '' });
      expect([again.status, again.text]).toEqual([304, '']);
    }
  });

  test('RFC 1952: go packed to whoever takes that, under a tag of their own, and are the same unpacked', async () => {
    const plain = await get(path);
    const request = new Request(new URL(path, serving.origin), {
      headers: { 'accept-encoding': 'gzip, br' },
    });
    const packed = await serving.send(request);
    expect([packed.headers.get('content-encoding'), packed.headers.get('vary')]).toEqual([
      'gzip',
      'accept-encoding',
    ]);
    const bytes = Buffer.from(await packed.arrayBuffer());
    expect(gunzipSync(bytes).toString('utf8')).toBe(plain.text);
    expect(bytes.byteLength).toBeLessThan(plain.text.length / 2);
    expect(packed.headers.get('etag')).not.toBe(plain.headers.get('etag'));
    expect([plain.headers.get('content-encoding'), plain.headers.get('vary')]).toEqual([
      null,
      'accept-encoding',
    ]);
    const again = { 'accept-encoding': 'gzip', 'if-none-match': packed.headers.get('etag') ?? '' };
    expect((await get(path, again)).status).toBe(304);
  });

  test.each([
    '/assets/package.json',
    '/assets/..%2fpackage.json',
    '/assets/swagger-ui-bundle.js.map',
    '/assets/constructor',
    '/assets/__proto__',
    '/assets/',
    '/assets',
  ])('%s is not among them', async (asked) => {
    expect((await get(asked)).status).toBeGreaterThanOrEqual(400);
  });
});

describe('WEB-04, WEB-10: every page', () => {
  test.each(['/docs', '/docs/failures', '/setup?link=none', '/nowhere'])(
    '%s may not be framed, loads nothing from elsewhere and has no inline code',
    async (path) => {
      const { headers, text } = await get(path, html);
      const policy = headers.get('content-security-policy') ?? '';
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("base-uri 'none'");
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('permissions-policy')).toContain('camera=()');
      expect(text).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?! src="\/)/);
    },
  );
});

describe('failures', () => {
  test('are pages for people and problem documents for programs', async () => {
    for (const path of ['/setup', '/nowhere']) {
      const page = await get(path, html);
      const problem = await get(path);
      expect(page.headers.get('content-type')).toContain('text/html');
      expect(problem.headers.get('content-type')).toBe('application/problem+json');
      expect(page.status).toBe(problem.status);
      expect(page.text).toContain(String(problem.json['title']));
    }
  });

  test('of the API are problem documents for everybody', async () => {
    expect((await get('/api/v1/session', html)).json['code']).toBe('credentials_missing');
  });

  test('on a page bring along the decision that can be asked about', async () => {
    const { text } = await get('/setup?link=none', html);
    expect(text).toMatch(/dw_why_[\w-]+/);
  });

  test('all have an entry in the docs, under the anchor of their code', async () => {
    const { text } = await get('/docs/failures', html);
    for (const code of Object.keys(failures)) expect(text).toContain(`<div id="${code}">`);
  });
});

describe('the set-up form', () => {
  test.each([
    ['password1234', 'password_common', 400],
    ['short', 'password_too_short', 400],
    ['doorward1', 'password_context', 400],
  ])(
    'TOK-21: refuses %s with the status of %s, and never sends a password back',
    async (password, code, status) => {
      const fields = { link: await newLink(), email: 'ada@example.com', name: '', password };
      const problem = await submit(fields);
      expect([problem.status, problem.json['code']]).toEqual([status, code]);
      const page = await submit(fields, html);
      expect(page.status).toBe(status);
      expect(page.headers.get('cache-control')).toBe('no-store');
      expect(page.text).toContain('value="ada@example.com"');
      expect(page.text).not.toContain(password);
    },
  );

  test('TOK-21: with the wrong content type, a field too many or too few, the link still works', async () => {
    const fields = { link: await newLink(), email: 'grace@example.com', password: goodPassword };
    const json = await visit(serving, { program: true }).ask('POST', '/setup', { body: fields });
    expect(json.status).toBe(415);
    expect((await submit({ ...fields, roles: 'admin' })).status).toBe(400);
    expect((await submit({ link: fields.link })).status).toBe(400);
    expect((await submit(fields)).status).toBe(200);
    expect((await submit(fields)).json['code']).toBe('set_up_link_invalid');
  });

  test('is refused from another site, and the link still works', async () => {
    const fields = { link: await newLink(), email: 'joan@example.com', password: goodPassword };
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
      expect((await submit(fields, headers)).json['code']).toBe('origin_refused');
    // Pages with Referrer-Policy: no-referrer send their forms with `Origin: null`.
    expect((await submit(fields, { origin: 'null', 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  test('of a link past its time is refused', async () => {
    const fields = { link: await newLink(), email: 'late@example.com', password: goodPassword };
    serving.clock.advance(1800_000);
    expect((await submit(fields)).json['code']).toBe('set_up_link_invalid');
  });
});

test('the root leads to the account, and so to the sign-in page', async () => {
  const { status, headers } = await get('/', html);
  expect([status, headers.get('location')]).toEqual([303, '/sign-in?next=%2Faccount']);
});

test('the OpenAPI document is asked for once while it stays the same', async () => {
  const { headers, json } = await get('/openapi.json');
  expect(json['openapi']).toBe('3.1.1');
  expect(headers.get('content-type')).toContain('application/json');
  expect((await get('/openapi.json', { 'if-none-match': headers.get('etag') ?? '' })).status).toBe(304);
});
