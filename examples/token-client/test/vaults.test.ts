import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ada, type Opened, open, signIn, testClock } from './systems.ts';

const systems: Opened[] = [];
afterEach(async () => {
  for (const system of systems.splice(0)) await system.close();
});

async function opened(...given: Parameters<typeof open>): Promise<Opened> {
  const system = await open(...given);
  systems.push(system);
  return system;
}

const person = (username: string): typeof ada => ({ ...ada, username, email: `${username}@example.com` });

test('every browser has tokens of its own, and a cookie that scripts and other sites cannot use', async () => {
  const system = await opened();
  const [bob, eve] = [system.browser(), system.browser()];
  await bob.ask('POST', '/register', { json: person('bob') });
  const answer = await bob.ask('POST', '/login', { json: person('bob') });
  expect(answer.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^token_client_vault=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/),
  ]);
  await signIn(eve, person('eve'));
  const says = async (one: typeof bob): Promise<unknown> => (await one.ask('GET', '/protected/data')).json;
  expect(await says(bob)).toEqual({ message: 'Access granted to bob@example.com' });
  expect(await says(eve)).toEqual({ message: 'Access granted to eve@example.com' });
  expect((await system.caller().ask('GET', '/protected/data')).status).toBe(401);
  await eve.ask('POST', '/logout');
  expect((await bob.ask('GET', '/protected/data')).status).toBe(200);
  expect((await eve.ask('GET', '/protected/data')).status).toBe(401);
});

test('the single-user vault serves nobody but a program at this machine', async () => {
  const system = await opened();
  await signIn(system.caller());
  const status = async (caller = system.caller(), headers = {}): Promise<number> =>
    (await caller.ask('GET', '/protected/data', { headers })).status;
  expect(await status()).toBe(200);
  for (const peer of ['::1', '::ffff:127.0.0.1', '127.8.0.1'])
    expect(await status(system.caller(peer))).toBe(200);
  for (const peer of ['192.168.0.7', '::2', 'unknown'])
    expect(await status(system.caller(peer)), peer).toBe(401);
  // A name of somebody else that leads here, a page in a browser, a proxy, a cookie of nobody.
  expect(await status(system.caller('127.0.0.1', 'http://rebound.example'))).toBe(401);
  expect(await status(system.caller(), { origin: 'https://evil.example' })).toBe(401);
  expect(await status(system.caller(), { 'sec-fetch-site': 'cross-site' })).toBe(401);
  expect(await status(system.caller(), { 'x-forwarded-for': '192.0.2.1' })).toBe(401);
  for (const cookie of ['token_client_vault=x', 'token_client_vault="', 'other=1'])
    expect(await status(system.caller(), { cookie })).toBe(401);
});

test('the cookie is Secure, except on plain http at this machine', async () => {
  const system = await opened();
  for (const origin of ['https://app.example', 'http://app.example']) {
    const caller = system.caller('192.0.2.1', origin);
    await caller.ask('POST', '/register', { json: ada });
    const { headers } = await caller.ask('POST', '/login', { json: ada });
    expect(headers.getSetCookie()).toEqual([expect.stringContaining('; Secure')]);
  }
});

test('a sign-in takes a new vault and ends the old one: a planted cookie never leads to the tokens', async () => {
  const system = await opened();
  const attacker = system.browser();
  await signIn(attacker, person('mal'));
  const [planted = ''] = (
    await attacker.ask('POST', '/login', { json: person('mal') })
  ).headers.getSetCookie();
  const cookie = planted.split(';')[0] ?? '';
  await system.caller().ask('POST', '/register', { json: ada });
  const victim = await system.caller().ask('POST', '/login', { json: ada, headers: { cookie } });
  expect(victim.headers.getSetCookie()[0]).not.toContain(cookie);
  const after = await system.caller().ask('GET', '/protected/data', { headers: { cookie } });
  expect(after.status).toBe(401);
  expect(await system.vaultFiles()).toHaveLength(1);
});

test('tokens at rest are encrypted in files that only their owner can read', async () => {
  const system = await opened();
  const { access, refresh } = await signIn(system.caller());
  const file = join(system.dataFolder, 'vaults', 'single');
  const text = await readFile(file, 'utf8');
  for (const secret of [access, refresh, access.split('.')[2] ?? '', 'ada@example.com', 'accessToken'])
    expect(text).not.toContain(secret);
  for (const name of ['vaults/single', 'vault-key.txt'])
    expect((await stat(join(system.dataFolder, name))).mode & 0o777, name).toBe(0o600);
  await writeFile(file, text.slice(0, -1));
  expect((await system.caller().ask('GET', '/protected/data')).status).toBe(401);
});

test('vaults survive a restart, and are of no use under another key', async () => {
  const first = await open();
  const browser = first.browser();
  await first.caller().ask('POST', '/register', { json: ada });
  const { headers } = await browser.ask('POST', '/login', { json: ada });
  const cookie = headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const data = (system: Opened): Promise<{ status: number }> =>
    system.caller().ask('GET', '/protected/data', { headers: { cookie } });
  const { dataFolder, clock } = first;
  await first.stop();
  const second = await open({}, { dataFolder, clock });
  expect((await data(second)).status).toBe(200);
  await second.stop();
  const third = await opened({ VAULT_KEY: 'another key, of 32 bytes and a few more' }, { dataFolder, clock });
  expect((await data(third)).status).toBe(401);
});

test('vaults whose tokens are over are collected', async () => {
  const system = await opened();
  await signIn(system.browser());
  await signIn(system.caller());
  expect(await system.vaultFiles()).toHaveLength(2);
  system.clock.advance(241_000);
  while ((await system.vaultFiles()).length > 1) {
    system.clock.advance(60_000);
    await new Promise(setImmediate);
  }
  expect(await system.vaultFiles()).toEqual(['single']);
  const { text } = await system.caller().ask('GET', '/metrics');
  expect(text).toContain('token_client_expirations_total{token="refresh"} 1\n');
});

test('there are so many vaults and no more; those that are over make room', async () => {
  const clock = testClock();
  const system = await opened({}, { clock, mostVaults: 2 });
  const login = async (): Promise<number> =>
    (await system.browser().ask('POST', '/login', { json: ada })).status;
  await system.caller().ask('POST', '/register', { json: ada });
  expect([await login(), await login(), await login()]).toEqual([200, 200, 429]);
  clock.advance(59_000);
  expect(await login()).toBe(429);
  clock.advance(182_000);
  expect(await login()).toBe(200);
});
