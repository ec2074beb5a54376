import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { dropDatabase, makeDatabase } from '../kit/postgres.ts';
import { runProcess, type StartedProcess, startProcess } from '../kit/process.ts';

describe('the command line on Postgres', () => {
  let address: string;
  let dataFolder: string;
  let environment: Record<string, string>;
  let server: StartedProcess;
  beforeAll(async () => {
    address = await makeDatabase(inject('postgresPort'), 'nothing');
    dataFolder = await mkdtemp(join(tmpdir(), 'doorward-postgres-'));
    environment = { DATABASE_URL: address };
    server = await startProcess({ workers: 2, dataFolder, environment });
  });
  afterAll(async () => {
    server.kill();
    await server.exited;
    await dropDatabase(address);
    await rm(dataFolder, { recursive: true });
  });

  const run = (...args: string[]) =>
    runProcess([...args, '--data-folder', dataFolder], { environment, input: 'seven quiet herons wade\n' });

  test('workers serve from it, and say where it is and not who connects', () => {
    expect(server.stdout()).toMatch(/Database {7}doorward_\w+ on 127\.0\.0\.1:\d+/);
    expect(server.stdout() + server.stderr()).not.toContain('postgres@');
  });

  test('an account that is made beside the server signs in', async () => {
    const made = await run('accounts', 'create', '--email', 'ada@example.com');
    expect([made.code, made.stderr]).toEqual([0, '']);
    const answer = await fetch(`${server.origin}/api/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        identifier: 'ada@example.com',
        password: 'seven quiet herons wade',
        carrier: 'opaque',
      }),
    });
    expect(answer.status).toBe(201);
    expect((await run('accounts', 'list')).stdout).toContain('ada@example.com');
  });

  test('keys are listed, and the chain of events is verified', async () => {
    expect((await run('keys', 'list')).stdout).toMatch(/active/);
    const verified = await run('events', 'verify');
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('intact')]);
  });

  test('the doctor finds it well, and configuration keeps its address secret', async () => {
    const doctor = await run('doctor', '--port', '0');
    expect(doctor.stdout).toContain('Postgres answers, and the schema is up to date.');
    const shown = await run('config');
    expect(shown.stdout).toMatch(/databaseUrl +\[secret\] +environment/);
    expect(shown.stdout).not.toContain('127.0.0.1:');
  });

  test.each([['backup'], ['restore']])('%s names the tools of Postgres', async (verb) => {
    const { code, stderr } = await run(verb, join(dataFolder, 'copy'));
    expect(code).toBe(1);
    expect(stderr).toContain('scale-out.md');
  });

  test('the doctor says when it cannot be had', async () => {
    const url = new URL(address);
    url.port = '1';
    const { code, stdout } = await runProcess(['doctor', '--data-folder', dataFolder], {
      environment: { DATABASE_URL: url.href },
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/fail +database/);
  });
});
