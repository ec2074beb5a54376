/** The system under test: as the program that people start, or inside this process, where its clock can be moved. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { type ManualClock, manualClock } from 'doorward';
import { afterAll, beforeAll } from 'vitest';
import { createSessionCookie } from '../src/app.ts';
import { type Caller, callerOf } from './caller.ts';

const program = fileURLToPath(new URL('../src/server.ts', import.meta.url));

/** Variables of the environment. */
export type Variables = Readonly<Record<string, string>>;

/** A program that listens. */
export interface Started {
  readonly origin: string;
  /** Somebody without a cookie. */
  caller(): Caller;
  /** What it has printed so far, on both streams. */
  printed(): string;
  /** Ends it and resolves with its exit code; null when a signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Programs by their data folders, so that none is left behind when a test fails. */
const running = new Map<ChildProcess, string>();

/** Starts the program on a free port. Rejects with what it printed when it ends instead. */
export async function start(dataFolder: string, variables: Variables = {}): Promise<Started> {
  const env = { PATH: process.env['PATH'], PORT: '0', DATA_FOLDER: dataFolder, ...variables };
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.set(child, dataFolder);
  child.once('close', () => running.delete(child));
  let printed = '';
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const port = await new Promise<string>((resolve, reject) => {
    const hear = (text: Buffer): void => {
      printed += text.toString();
      const [, found] = /Listening on http:\/\/\S+:(\d+) .*\n/.exec(printed) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    void exited.then((code) => reject(new Error(`it ended with ${code}: ${printed}`)));
  });
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    caller: () => callerOf((request) => fetch(request), origin),
    printed: () => printed,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return exited;
    },
  };
}

/** Starts the program on a folder of its own before the tests of a block and stops it after them. */
export function useStarted(
  variables: Variables,
  prepare?: (system: Started) => Promise<unknown>,
): () => Started {
  let folder = '';
  let system: Started | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'session-cookie-'));
    system = await start(folder, variables);
    await prepare?.(system);
  });
  afterAll(async () => {
    const code = await system?.stop();
    await rm(folder, { recursive: true });
    if (code !== 0) throw new Error(`it ended with ${code}: ${system?.printed()}`);
  });
  return () => {
    if (!system) throw new Error('it is not started yet');
    return system;
  };
}

/** A system in this process. */
export interface Opened {
  readonly clock: ManualClock;
  /** Somebody without a cookie, under another address of the system if one is given. */
  caller(origin?: string): Caller;
  close(): Promise<void>;
}

/** Opens a system whose clock stands still. */
export async function open(
  dataFolder: string,
  {
    clock = manualClock(Date.parse('2026-03-01T12:00:00Z')),
    ...environment
  }: Variables & { clock?: ManualClock },
): Promise<Opened> {
  const system = await createSessionCookie({ environment, dataFolder, clock });
  return {
    clock,
    caller: (origin = 'http://localhost:5000') => callerOf((request) => system.fetch(request), origin),
    close: () => system.close(),
  };
}

/** A folder that is removed when `work` is done; what still runs on it then is killed. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'session-cookie-'));
  try {
    await work(folder);
  } finally {
    for (const [child, itsFolder] of running) if (itsFolder === folder) child.kill('SIGKILL');
    await rm(folder, { recursive: true, maxRetries: 3 });
  }
}

/** All rows of a table in the example's own file. */
export function rowsOf(dataFolder: string, table: 'users' | 'cookies'): Record<string, unknown>[] {
  const database = new DatabaseSync(join(dataFolder, 'users.db'));
  const rows = database.prepare(`SELECT * FROM ${table}`).all();
  database.close();
  return rows;
}

/** A password that the policy takes. */
export const password = 'seven quiet herons wade';

/** The body of a sign-up or sign-in. */
export const bob = { email: 'bob@example.com', password };

/** The demonstration's account. */
export const demo = { username: 'demo', password: '123456' };

/** The environment that makes it. */
export const demoVariables = { DEMO_USERNAME: demo.username, DEMO_PASSWORD: demo.password };

/** All ways of knowing who calls. */
export const authTypes = ['session_auth', 'session_exp_auth', 'session_db_auth', 'basic_auth'] as const;

/** Makes the first user, signs in and returns its id. */
export async function signUpFirst(
  caller: Caller,
  user: { email: string; password: string } = bob,
): Promise<string> {
  const made = await caller.ask('POST', '/api/v1/users', { json: user });
  if (made.status !== 201) throw new Error(`sign-up answered ${made.status}: ${made.text}`);
  await signIn(caller, user);
  return (made.json as { id: string }).id;
}

/** Signs in; the caller keeps the cookie. */
export async function signIn(caller: Caller, user: { email: string; password: string } = bob): Promise<void> {
  const answer = await caller.ask('POST', '/api/v1/auth_session/login', { form: user });
  if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}: ${answer.text}`);
}
