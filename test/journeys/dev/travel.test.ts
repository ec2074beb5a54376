import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClient } from '../../../packages/client/src/index.ts';
import { guard } from '../../../packages/guard/src/index.ts';
import { type StartedProcess, startProcess } from '../../kit/process.ts';
import { goodPassword } from '../../kit/visitor.ts';

/** A real process: what is connected to it keeps the hour of this machine, and so does the server until it travels. */
let server: StartedProcess;
const open: { close: () => unknown }[] = [];
beforeEach(async () => {
  server = await startProcess();
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  server.kill();
  await server.exited;
});

async function travel(amount: number, unit: string): Promise<void> {
  const body = new URLSearchParams({ amount: String(amount), unit });
  const answer = await fetch(`${server.origin}/dev/clock`, { method: 'POST', body, redirect: 'manual' });
  expect(answer.status).toBe(303);
}

const ada = { identifier: 'ada@example.com', password: goodPassword };

async function connect() {
  const client = createClient({ issuer: server.origin });
  open.push(client);
  await client.signUp({ email: 'ada@example.com', password: goodPassword });
  await client.signIn(ada);
  return client;
}

test('a guard goes along: tokens of before have expired, and those made there are not from the future', async () => {
  const client = await connect();
  const door = guard({ issuer: server.origin, log: () => undefined });
  open.push(door);
  const admits = async (token: string): Promise<boolean> => {
    const request = new Request('http://api.example/', { headers: { authorization: `Bearer ${token}` } });
    return (await door.verify(request)).principal !== undefined;
  };
  const before = await client.token();
  expect(await admits(before)).toBe(true);
  await travel(1, 'hours');
  await expect.poll(() => admits(before), { timeout: 8000 }).toBe(false);
  const after = await client.refresh();
  await expect.poll(() => admits(after), { timeout: 8000 }).toBe(true);
});

test('a client goes along: what it hears next tells it that its token is over', async () => {
  const client = await connect();
  await travel(1, 'hours');
  await client.refresh();
  // Made an hour ahead, it lives by the clock of the server, and so it is not refreshed again and again.
  const after = await client.token();
  expect(await client.token()).toBe(after);
  const answer = await client.fetch(`${server.origin}/api/v1/session`);
  expect([answer.status, answer.headers.get('doorward-time-ahead')]).toEqual([200, '3600000']);
  await travel(60, 'days');
  await expect(client.refresh()).rejects.toMatchObject({ code: 'signed_out' });
  expect((await client.session()).status).toBe('signed-out');
});
