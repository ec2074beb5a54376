/** The contract of sessions, line by line, over HTTP to the started program. */
import { describe, expect, test } from 'vitest';
import type { Answer, Said } from './caller.ts';
import { authTypes, bob, demo, demoVariables, password, signIn, useStarted } from './systems.ts';

const users = '/api/v1/users';
const loginPath = '/api/v1/auth_session/login';
const logoutPath = '/api/v1/auth_session/logout';

describe.each(authTypes.slice(0, 3))('%s', (authType) => {
  const system = useStarted({ AUTH_TYPE: authType, SESSION_DURATION: '3600', ...demoVariables }, (started) =>
    started.caller().ask('POST', users, { json: bob }),
  );
  const login = (said: Said): Promise<Answer> => system().caller().ask('POST', loginPath, said);

  test('POST /auth_session/login takes a form or JSON and answers the user and a cookie', async () => {
    for (const said of [{ form: bob }, { json: bob }]) {
      const { status, json, headers } = await login(said);
      expect({ status, json }).toMatchObject({ status: 200, json: { email: bob.email } });
      const [pair, ...attributes] = headers.get('set-cookie')?.split('; ') ?? [];
      expect(pair).toMatch(/^session_id=[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      const age = authType === 'session_auth' ? [] : ['Max-Age=3600'];
      expect(attributes.sort()).toEqual(['HttpOnly', ...age, 'Path=/', 'SameSite=Lax']);
    }
  });

  test.each([
    [{ form: { password } }, 400, 'email missing'],
    [{ form: { email: bob.email } }, 400, 'password missing'],
    [{ json: {} }, 400, 'email missing'],
    [{ json: { email: bob.email, password: 5 } }, 400, 'Wrong format'],
    [{ json: [] }, 400, 'Wrong format'],
    [
      { raw: 'a=1&a=2', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      400,
      'Wrong format',
    ],
    [{ raw: 'x', headers: { 'content-type': 'text/plain' } }, 415, 'Unsupported content type'],
    [{ form: { email: bob.email, password: 'wrong' } }, 401, 'wrong email or password'],
    [{ form: { email: bob.email, password: 'x'.repeat(2000) } }, 401, 'wrong email or password'],
    [{ form: { email: 'stranger@example.com', password } }, 401, 'wrong email or password'],
    [{ form: { email: 'no address', password } }, 401, 'wrong email or password'],
    [{ form: { email: demo.username, password: demo.password } }, 401, 'wrong email or password'],
  ])('POST /auth_session/login with %j answers %i %s', async (said: Said, status, error) => {
    const answer = await login(said);
    expect(answer).toMatchObject({ status, json: { error } });
    expect(answer.headers.has('set-cookie')).toBe(false);
  });

  test('DELETE /auth_session/logout answers {} and clears the cookie', async () => {
    const caller = system().caller();
    await signIn(caller);
    const answer = await caller.ask('DELETE', logoutPath);
    expect(answer).toMatchObject({ status: 200, json: {} });
    expect(answer.headers.get('set-cookie')).toBe('session_id=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax');
    expect((await caller.ask('DELETE', logoutPath)).status).toBe(401);
  });

  test('the account of the demonstration is no user of the API', async () => {
    const caller = system().caller();
    await caller.ask('POST', '/login', { json: demo });
    expect(await caller.ask('GET', users)).toMatchObject({ status: 403, json: { error: 'Forbidden' } });
  });
});
