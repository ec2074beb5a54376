import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshFolder, type Started, startSystem } from '../../kit/test/started.ts';
import { anyText, brokenBodies } from '../../kit/test/strangers.ts';

const formType = 'application/x-www-form-urlencoded';
const id = 'ada@example.com';
const invalid = { error: 'Invalid token' };

let folder: Awaited<ReturnType<typeof freshFolder>>;
let system: Started;

beforeAll(async () => {
  folder = await freshFolder();
  system = await startSystem('opaque-token', folder.path);
});
afterAll(async () => {
  await system.stop();
  await folder.remove();
});

const post = (path: string, form: Readonly<Record<string, string>>) =>
  system.ask(path, { method: 'POST', body: new URLSearchParams(form) });

async function logIn(email = id): Promise<string> {
  const { status, json } = await post('/login', { id: email });
  expect(status).toBe(200);
  return (json as { token: string }).token;
}

test('GET / says that it runs', async () => {
  const { status, text, headers } = await system.ask('/');
  expect([status, text]).toEqual([200, 'Authentication server running']);
  expect(headers.get('content-type')?.toLowerCase()).toMatch(/^text\/plain; ?charset=utf-8$/);
});

describe('POST /login', () => {
  test('answers an e-mail address with a token of 32 lower-case hex digits', async () => {
    const { status, json, headers } = await post('/login', { id });
    expect(status).toBe(200);
    expect(json).toEqual({ message: 'Login successful', token: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test.each([
    ['missing', {}],
    ['empty', { id: '' }],
    ['no e-mail address', { id: 'ada' }],
    ['an address without a dot', { id: 'ada@example' }],
    ['two dots in a row', { id: 'ada..l@example.com' }],
    ['longer than addresses are', { id: `${'a'.repeat(300)}@example.com` }],
    ['an address with a space', { id: 'ada @example.com' }],
  ])('refuses an id that is %s', async (_, form: Record<string, string>) => {
    const { status, json } = await post('/login', form);
    expect(status).toBe(400);
    expect(json).toEqual({ error: 'id must be an e-mail address' });
  });

  test('a call without any body lacks an id', async () => {
    expect((await system.ask('/login', { method: 'POST' })).status).toBe(400);
  });

  test('each one gives another token, and all of them live', async () => {
    const tokens = await Promise.all([logIn(), logIn(), logIn('ADA@example.com')]);
    expect(new Set(tokens).size).toBe(3);
    for (const token of tokens) expect((await post('/echo', { id, token, text: 'x' })).status).toBe(200);
  });
});

describe('POST /echo', () => {
  test('says what it was told, as plain text', async () => {
    const text = '<script>alert("ü")</script>&amp;';
    const answer = await post('/echo', { id, token: await logIn(), text });
    expect([answer.status, answer.text]).toEqual([200, `You said: ${text}`]);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('a token that was issued to another id is refused', async () => {
    const token = await logIn('eve@example.com');
    const { status, json } = await post('/echo', { id, token, text: 'x' });
    expect([status, json]).toEqual([401, invalid]);
  });

  test.each([
    ['missing', { id, text: 'x' }],
    ['empty', { id, token: '', text: 'x' }],
    ['unknown', { id, token: 'f'.repeat(32), text: 'x' }],
    ['no token at all', { id, token: 'invalid-token', text: 'x' }],
  ])('a token that is %s is refused', async (_, form: Record<string, string>) => {
    const { status, json } = await post('/echo', form);
    expect([status, json]).toEqual([401, invalid]);
  });

  test('a token in upper case, with one digit changed, or without an id is refused', async () => {
    const token = await logIn();
    const changed = (token.startsWith('0') ? '1' : '0') + token.slice(1);
    const wrong = [{ id, token: `${token}0` }, { id, token: changed }, { token }];
    if (token !== token.toUpperCase()) wrong.push({ id, token: token.toUpperCase() });
    for (const form of wrong) expect((await post('/echo', { ...form, text: 'x' })).status).toBe(401);
  });

  test('a missing text is refused with 400, but only to whoever holds a token', async () => {
    const { status, json } = await post('/echo', { id, token: await logIn() });
    expect([status, json]).toEqual([400, { error: 'text is missing' }]);
    expect((await post('/echo', { id })).status).toBe(401);
  });
});

describe('POST /logout', () => {
  test('the token is dead at once, and the others live on', async () => {
    const [token, other] = [await logIn(), await logIn()];
    const { status, json } = await post('/logout', { id, token });
    expect([status, json]).toEqual([200, { message: 'Logged out' }]);
    expect((await post('/echo', { id, token, text: 'x' })).json).toEqual(invalid);
    expect((await post('/logout', { id, token })).status).toBe(401);
    expect((await post('/echo', { id, token: other, text: 'x' })).status).toBe(200);
  });

  test('nobody logs out another', async () => {
    const token = await logIn();
    expect((await post('/logout', { id: 'eve@example.com', token })).status).toBe(401);
    expect((await post('/echo', { id, token, text: 'x' })).status).toBe(200);
  });
});

describe('every refusal has the shape of the system', () => {
  test.each(brokenBodies(formType))('%s is answered with %i', async (_, expected, init) => {
    for (const path of ['/login', '/echo', '/logout']) {
      const { status, json } = await system.ask(path, init);
      expect(status).toBe(expected);
      expect(json).toEqual({ error: expect.any(String) });
    }
  });

  test('a field that comes twice, or that cannot be decoded, is a malformed body', async () => {
    const headers = { 'content-type': formType };
    for (const body of [`id=${id}&id=${id}`, 'id=%zz', 'id=%ff', `i%64=1&id=${id}`]) {
      const { status, json } = await system.ask('/login', { method: 'POST', headers, body });
      expect([status, json]).toEqual([400, { error: 'Malformed body' }]);
    }
  });

  test('an unknown path is 404, another method 405 with Allow', async () => {
    expect(await system.ask('/nowhere')).toMatchObject({ status: 404, json: { error: 'Not found' } });
    for (const [path, allow] of [
      ['/login', 'POST'],
      ['/echo/', 'POST'],
      ['/logout', 'POST'],
    ] as const) {
      const { status, json, headers } = await system.ask(path);
      expect([status, headers.get('allow'), json]).toEqual([405, allow, { error: 'Method not allowed' }]);
    }
    expect((await system.ask('/', { method: 'DELETE' })).headers.get('allow')).toBe('GET, HEAD');
  });

  test('a slash at the end changes nothing', async () => {
    expect((await post('/login/', { id })).status).toBe(200);
    expect((await post('/echo/', { id, token: await logIn(), text: 'x' })).text).toBe('You said: x');
  });

  test('whatever is sent, the answer is one of the contract', async () => {
    const form = fc.dictionary(fc.constantFrom('id', 'token', 'text'), anyText);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('/login', '/echo', '/logout'), form, async (path, fields) => {
        expect([400, 401, 413]).toContain((await post(path, fields)).status);
      }),
      { numRuns: 150 },
    );
  });
});
