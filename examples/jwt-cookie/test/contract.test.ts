import fc from 'fast-check';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserOf, type Caller, callerOf, formOf, overNetwork } from './caller.ts';
import { addAccount, goodPassword, newFolder, type Started, secretKey, startProgram } from './program.ts';

let folder: Awaited<ReturnType<typeof newFolder>>;
let started: Started;
beforeAll(async () => {
  folder = await newFolder();
  started = await startProgram({ DATA_FOLDER: folder.path, SECRET_KEY: secretKey });
  await addAccount(folder.path, 'ada');
});
afterAll(async () => {
  await started.stop();
  await folder.remove();
});

const program = (): Caller => callerOf(started.origin, overNetwork);
const browser = (): Caller => browserOf(started.origin, overNetwork);
const right = { username: 'ada', password: goodPassword };

/** A program that is logged in. */
async function loggedIn(): Promise<Caller> {
  const caller = program();
  expect((await caller.ask('POST', '/login', { fields: right })).status).toBe(200);
  return caller;
}

/** A caller with a token that nobody handed out. */
function holding(token: string): Caller {
  const caller = program();
  caller.cookies.set('session', token);
  return caller;
}

/** A token of ours whose time is over. */
const expiredToken = (): Promise<string> =>
  new SignJWT({ user: 'ada', jti: '01890a5d-ac96-774b-bcce-b302099a8057' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setExpirationTime(1_700_000_000)
    .sign(Buffer.from(secretKey));

const loginForm = /<form method="post" action="\/login">[\s\S]*name="username"[\s\S]*name="password"/;
const logOutButton = /<form method="post" action="\/logout">[\s\S]*<button type="submit">Log out<\/button>/;

describe.each(['/', '/home', '/home/'])('GET %s', (path) => {
  test('valid: 200, the page says who is logged in, with a log-out button', async () => {
    const { status, text } = await (await loggedIn()).ask('GET', path);
    expect(status).toBe(200);
    expect(text).toContain('Logged in as ada');
    expect(text).toMatch(logOutButton);
  });

  test('none: the login page, without a message', async () => {
    const { status, text, headers } = await program().ask('GET', path);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
    expect(text).toMatch(loginForm);
    expect(text).not.toContain('role="alert"');
  });

  test.each([
    ['P: expired: the login page shows “Session expired. Please log in again.”', 'expired'],
    ['P: bad: the login page shows “Invalid session. Please log in again.”', 'invalid'],
  ])('%s', async (_promise, kind) => {
    const caller = holding(kind === 'expired' ? await expiredToken() : 'not.a.token');
    const { status, text } = await caller.ask('GET', path);
    expect(status).toBe(200);
    expect(text).toMatch(loginForm);
    const message = kind === 'expired' ? 'Session expired' : 'Invalid session';
    expect(text).toContain(`role="alert">${message}. Please log in again.</p>`);
    // Said once: the cookie has been taken away.
    expect(caller.cookies.has('session')).toBe(false);
    expect((await caller.ask('GET', path)).text).not.toContain('role="alert"');
  });
});

test.each(['/login', '/login/'])('GET %s: the login page', async (path) => {
  const { status, text } = await program().ask('GET', path);
  expect(status).toBe(200);
  expect(text).toMatch(loginForm);
});

describe('POST /login', () => {
  test.each(['/login', '/login/'])('%s: 200 JSON and the cookie', async (path) => {
    const { status, text, headers } = await program().ask('POST', path, { fields: right });
    expect([status, text]).toEqual([200, '{"message":"Logged in successfully"}']);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(headers.getSetCookie()).toEqual([expect.stringMatching(/^session=[\w-]+\.[\w-]+\.[\w-]+; /)]);
  });

  test('a browser is sent to / with 303', async () => {
    const visitor = browser();
    const fields = { ...right, token: await formOf(visitor) };
    const { status, headers } = await visitor.ask('POST', '/login', { fields });
    expect([status, headers.get('location')]).toEqual([303, '/']);
    expect((await visitor.ask('GET', '/')).text).toContain('Logged in as ada');
  });

  test.each([
    ['a wrong password', { ...right, password: '123456' }],
    ['an unknown name', { ...right, username: 'nobody' }],
    ['a name that cannot be', { ...right, username: '' }],
  ])('%s: 403 “Could not verify!” with WWW-Authenticate for API callers', async (_case, fields) => {
    const { status, text, headers } = await program().ask('POST', '/login', { fields });
    expect([status, text]).toEqual([403, 'Could not verify!']);
    expect(headers.get('www-authenticate')).toBe('Basic realm="Authentication Failed!"');
    expect(headers.getSetCookie()).toEqual([]);
  });

  test('a browser gets the login page with a message, and no WWW-Authenticate', async () => {
    const visitor = browser();
    const fields = { ...right, password: 'wrong', token: await formOf(visitor) };
    const { status, text, headers } = await visitor.ask('POST', '/login', { fields });
    expect(status).toBe(403);
    expect(text).toMatch(loginForm);
    expect(text).toContain('role="alert">Wrong username or password.</p>');
    expect(text).toContain('value="ada"');
    expect(text).not.toContain('value="wrong"');
    expect(headers.has('www-authenticate')).toBe(false);
    expect(visitor.cookies.has('session')).toBe(false);
  });

  test.each([
    ['no username', { fields: { password: 'x' } }, 400],
    ['no password', { fields: { username: 'ada' } }, 400],
    ['nothing', {}, 400],
    ['a field twice', { body: 'username=ada&username=eve&password=x' }, 400],
    ['broken UTF-8', { body: 'username=%ff&password=x' }, 400],
    ['raw bytes', { body: new Uint8Array([117, 61, 255]) }, 400],
    ['a huge body', { fields: { ...right, more: 'x'.repeat(100_000) } }, 413],
    ['JSON', { body: '{}', headers: { 'content-type': 'application/json' } }, 415],
    ['text', { body: 'username=ada', headers: { 'content-type': 'text/plain' } }, 415],
  ])('%s: refused in our own shape', async (_case, said, expected) => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const headers = 'body' in said ? { ...form, ...('headers' in said ? said.headers : {}) } : {};
    const { status, text } = await program().ask('POST', '/login', { ...said, headers });
    expect(status).toBe(expected);
    expect(JSON.parse(text)).toEqual({ message: expect.any(String) });
  });
});

describe('GET /auth', () => {
  test('valid: 200 text “JWT Authorized”', async () => {
    const { status, text, headers } = await (await loggedIn()).ask('GET', '/auth');
    expect([status, text]).toEqual([200, 'JWT Authorized']);
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
  });

  test.each([
    ['none', 'Token is missing!', async () => program()],
    ['expired', 'Token has expired!', async () => holding(await expiredToken())],
    ['bad', 'Token is invalid!', async () => holding('x')],
  ])('%s: 403 “%s”', async (_case, message, caller) => {
    const { status, text } = await (await caller()).ask('GET', '/auth');
    expect([status, JSON.parse(text)]).toEqual([403, { message }]);
  });
});

test.each(['/public', '/public/'])('GET %s: 200 text “Public Content”', async (path) => {
  const { status, text } = await program().ask('GET', path);
  expect([status, text]).toEqual([200, 'Public Content']);
});

describe('POST /logout', () => {
  test('200 JSON, the cookie is cleared, and the token is refused from then on', async () => {
    const caller = await loggedIn();
    const token = caller.cookies.get('session') ?? '';
    const { status, text, headers } = await caller.ask('POST', '/logout');
    expect([status, JSON.parse(text)]).toEqual([200, { message: 'Logged out successfully' }]);
    expect(headers.getSetCookie()).toEqual(['session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax']);
    const again = await holding(token).ask('GET', '/auth');
    expect([again.status, again.text]).toEqual([403, '{"message":"Token is invalid!"}']);
  });

  test('a browser is sent to / with 303', async () => {
    const visitor = browser();
    await visitor.ask('POST', '/login', { fields: { ...right, token: await formOf(visitor) } });
    const fields = { token: await formOf(visitor, '/') };
    const { status, headers } = await visitor.ask('POST', '/logout', { fields });
    expect([status, headers.get('location')]).toEqual([303, '/']);
    expect((await visitor.ask('GET', '/')).text).toMatch(loginForm);
  });

  test('whoever is not logged in is logged out already: 200', async () => {
    expect((await program().ask('POST', '/logout')).status).toBe(200);
  });
});

describe('everything else', () => {
  test.each(['/nowhere', '/login/more', '/style.css.map', '/..%2fapp.ts'])('%s: 404', async (path) => {
    const { status, text } = await program().ask('GET', path);
    expect([status, JSON.parse(text)]).toEqual([404, { message: 'Not found' }]);
  });

  test.each([
    ['DELETE', '/', 'GET, HEAD'],
    ['PUT', '/login', 'GET, HEAD, POST'],
    ['GET', '/logout', 'POST'],
    ['POST', '/auth', 'GET, HEAD'],
    ['POST', '/public', 'GET, HEAD'],
  ])('%s %s: 405 with Allow: %s', async (method, path, allow) => {
    const { status, headers, text } = await program().ask(method, path);
    expect([status, headers.get('allow')]).toEqual([405, allow]);
    expect(JSON.parse(text)).toEqual({ message: 'Method not allowed' });
  });

  test('whatever is sent, nothing answers 500', async () => {
    const request = fc.record({
      path: fc.constantFrom('/login', '/logout'),
      body: fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.webQueryParameters()),
      type: fc.constantFrom('application/x-www-form-urlencoded', 'application/json', 'text/plain', ''),
      value: fc.stringMatching(/^[ -~]{0,60}$/),
    });
    const nothingBreaks = fc.asyncProperty(request, async ({ path, body, type, value }) => {
      const headers = { 'content-type': type, cookie: `session=${value}; session_form=${value}` };
      const { status } = await program().ask('POST', path, { body, headers });
      expect(status).toBeLessThan(500);
    });
    await fc.assert(nothingBreaks, { numRuns: 100 });
  });
});
