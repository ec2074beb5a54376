/** The contract of the demonstration, line by line, over HTTP to the started program. */
import { describe, expect, test } from 'vitest';
import { authTypes, demo, demoVariables, inFolder, open, useStarted } from './systems.ts';

describe.each(authTypes)('%s', (authType) => {
  const system = useStarted({ AUTH_TYPE: authType, ...demoVariables });

  test('the demonstration: in, a look, and out', async () => {
    const caller = system().caller();
    const closed = await caller.ask('GET', '/protected-resource');
    expect(closed).toMatchObject({ status: 401, json: { message: 'Unauthorized' } });
    const login = await caller.ask('POST', '/login', { json: demo });
    expect(login).toMatchObject({ status: 200, json: { message: 'Logged in successfully' } });
    const { cookie } = caller;
    const seen = await caller.ask('GET', '/protected-resource/');
    expect(seen).toMatchObject({
      status: 200,
      json: { message: 'This is a protected resource', user: 'demo' },
    });
    const logout = await caller.ask('POST', '/logout');
    expect(logout).toMatchObject({ status: 200, json: { message: 'Logged out successfully' } });
    caller.cookie = cookie;
    expect((await caller.ask('GET', '/protected-resource')).status).toBe(401);
    expect((await caller.ask('POST', '/logout')).status).toBe(200);
  });

  test('the demonstration refuses in its own shape', async () => {
    const caller = system().caller();
    const invalid = { status: 401, json: { message: 'Invalid credentials' } };
    for (const json of [
      { ...demo, password: 'no' },
      { username: 'nobody', password: 'no' },
      {},
      { ...demo, username: 5 },
    ])
      expect(await caller.ask('POST', '/login', { json })).toMatchObject(invalid);
    const message = expect.any(String);
    expect(await caller.ask('POST', '/login', { form: demo })).toMatchObject({
      status: 415,
      json: { message },
    });
    expect(await caller.ask('GET', '/nothing')).toMatchObject({ status: 404, json: { message } });
    const wrongMethod = await caller.ask('GET', '/login');
    expect(wrongMethod).toMatchObject({ status: 405, json: { message } });
    expect(wrongMethod.headers.get('allow')).toBe('POST');
  });
});

describe('the demonstration’s account', () => {
  const look = async (folder: string, variables: Record<string, string>, claim: object): Promise<number> => {
    const system = await open(folder, variables);
    const { status } = await system.caller().ask('POST', '/login', { json: claim });
    await system.close();
    return status;
  };

  test('it is the one of the environment, with the password of today, or none', () =>
    inFolder(async (folder) => {
      const [old, young] = [
        { username: 'demo', password: '123456' },
        { username: 'demo', password: '654321' },
      ];
      const as = ({ username, password: word }: typeof old) => ({
        DEMO_USERNAME: username,
        DEMO_PASSWORD: word,
      });
      expect(await look(folder, {}, old)).toBe(401);
      expect(await look(folder, as(old), old)).toBe(200);
      expect(await look(folder, as(young), old)).toBe(401);
      expect(await look(folder, as(young), young)).toBe(200);
      expect(await look(folder, {}, young)).toBe(401);
    }));
});
