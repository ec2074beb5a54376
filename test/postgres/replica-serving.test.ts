import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Caller, callerOf } from '../faults/caller.ts';
import { begin, signUpAs, statusOf } from '../faults/work.ts';
import { type FaultProxy, startFaultProxy } from '../kit/fault-proxy.ts';
import {
  addressOf,
  makeDatabase,
  type PostgresServer,
  queryAt,
  startPostgres,
  template,
} from '../kit/postgres.ts';
import { runProcess, type StartedProcess, startProcess } from '../kit/process.ts';
import { goodPassword } from '../kit/visitor.ts';

let primary: PostgresServer;
let standby: PostgresServer;
let line: FaultProxy;
let dataFolder: string;
let environment: Record<string, string>;
let servers: StartedProcess[];
let callers: [Caller, Caller];
let root: string;
beforeAll(async () => {
  primary = await startPostgres();
  await queryAt(addressOf(primary.port, 'postgres'), `CREATE DATABASE ${template}`);
  standby = await primary.standby();
  line = await startFaultProxy(standby.port);
  const address = await makeDatabase(primary.port, 'nothing');
  const there = new URL(address);
  there.port = String(line.port);
  dataFolder = await mkdtemp(join(tmpdir(), 'doorward-replica-'));
  environment = { DATABASE_URL: address, DOORWARD_READ_DATABASE_URL: there.href };
  const settings = { issuer: 'http://localhost:3000', signUpAttempts: 1000 };
  const start = (): Promise<StartedProcess> => startProcess({ dataFolder, environment, settings });
  servers = [await start(), await start()];
  callers = [callerOf(servers[0]?.port ?? 0), callerOf(servers[1]?.port ?? 0)];
  const made = ['accounts', 'create', '--email', 'root@example.com', '--roles', 'admin'];
  await runProcess([...made, '--data-folder', dataFolder], { environment, input: `${goodPassword}\n` });
  root = (await begin(callers[0], { identifier: 'root@example.com', password: goodPassword })).access;
}, 120_000);
afterAll(async () => {
  for (const caller of callers) caller.close();
  for (const server of servers) server.kill();
  await Promise.all(servers.map(({ exited }) => exited));
  line.line = 'dead';
  await line.close();
  await standby.remove();
  await primary.remove();
  await rm(dataFolder, { recursive: true });
});

/** Who answered what a replica may answer, as the metrics of the second process tell it. */
async function answeredBy(who: 'replica' | 'primary'): Promise<number> {
  const answer = await fetch(`${servers[1]?.origin}/metrics`, {
    headers: { authorization: `Bearer ${root}` },
  });
  const found = new RegExp(`doorward_replica_reads_total\\{[^}]*by="${who}"[^}]*\\} (\\d+)`);
  return Number(found.exec(await answer.text())?.[1]);
}

async function listed(): Promise<unknown[]> {
  const answer = await callers[1].ask('GET', '/api/v1/admin/accounts?limit=200', { bearer: root });
  expect(answer.status).toBe(200);
  return (answer.json['accounts'] as { email: string }[]).map(({ email }) => email);
}

const doctor = async (): Promise<string> =>
  (await runProcess(['doctor', '--data-folder', dataFolder, '--port', '0'], { environment })).stdout;

test('a list shows what another process has just written, and comes from the replica', async () => {
  await expect
    .poll(
      async () => {
        await listed();
        return answeredBy('replica');
      },
      { timeout: 20_000, interval: 500 },
    )
    .toBeGreaterThan(0);
  const before = await answeredBy('replica');
  for (const name of ['ada', 'ben', 'eve']) {
    await signUpAs(callers[0], `${name}@example.com`, goodPassword);
    expect(await listed()).toContain(`${name}@example.com`);
  }
  expect(await answeredBy('replica')).toBeGreaterThan(before);
  expect(await doctor()).toMatch(/ok +replica +It follows/);
});

test('while the replica says nothing, sign-outs are refused at once, and lists still answer', async () => {
  const { access, refresh } = await begin(callers[0], {
    identifier: 'ada@example.com',
    password: goodPassword,
  });
  expect(await statusOf(callers[1], access)).toBe(200);
  line.line = 'silent';
  expect((await callers[0].ask('DELETE', '/api/v1/session', { bearer: access })).status).toBe(204);
  expect(await statusOf(callers[1], access)).toBe(401);
  const again = await callers[1].ask('POST', '/api/v1/tokens/refresh', { body: { refresh_token: refresh } });
  expect(again.status).toBe(401);
  await signUpAs(callers[0], 'joe@example.com', goodPassword);
  await expect.poll(listed, { timeout: 60_000 }).toContain('joe@example.com');
  expect(await doctor()).toMatch(/warn +replica +It is left aside/);
  line.line = 'dead';
  line.line = 'whole';
}, 120_000);
