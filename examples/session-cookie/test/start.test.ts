/** What the environment decides when the program starts. */
import { expect, test } from 'vitest';
import { inFolder, signUpFirst, start } from './systems.ts';

test('the names of host, port and cookie come from the environment', () =>
  inFolder(async (folder) => {
    const variables = { API_HOST: '127.0.0.1', API_PORT: '0', PORT: '', SESSION_NAME: '_my_session' };
    const system = await start(folder, variables);
    const caller = system.caller();
    await signUpFirst(caller);
    expect(caller.cookie).toMatch(/^_my_session=/);
    await system.stop();
  }));

test.each([
  ['AUTH_TYPE', 'token_auth'],
  ['SESSION_DURATION', '-1'],
  ['SESSION_DURATION', '1h'],
  ['SESSION_DURATION', '99999999999'],
  ['SESSION_NAME', 'a b'],
  ['API_PORT', '70000'],
])('with %s=%s it does not start, and says why', (name, value) =>
  inFolder(async (folder) => {
    const starting = start(folder, { PORT: '', API_PORT: '0', [name]: value });
    await expect(starting).rejects.toThrow(new RegExp(`^it ended with 1: ${name} `));
  }),
);

test('a host that other machines reach must be asked for, and is warned of', () =>
  inFolder(async (folder) => {
    const closed = await start(folder);
    expect(closed.printed()).toMatch(/^Listening on http:\/\/127\.0\.0\.1:/);
    await closed.stop();
    const open = await start(folder, { API_HOST: '0.0.0.0' });
    expect(open.printed()).toMatch(/^Warning: .*demonstration/);
    await open.stop();
  }));
