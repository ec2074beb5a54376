/** The system under test: inside this process, where its clock can be moved, or as the program that people start. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ManualClock, manualClock } from 'doorward';
import { type StartedProcess, startProcess } from '../../../test/kit/process.ts';
import { createTokenClient, type TokenClientOptions } from '../src/app.ts';
import { type Caller, callerOf } from './caller.ts';

/** Variables of the environment. */
export type Variables = Readonly<Record<string, string>>;

/** A person for whom the central server has no account yet. */
export const ada = {
  username: 'ada',
  email: 'ada@example.com',
  password: 'seven quiet herons wade',
  full_name: 'Ada Lovelace',
};

/** Milliseconds up to which a wait is one between two attempts. */
const shortWait = 2500;

/** A clock that the test moves, but for the short waits between attempts: they are over at once. */
export function testClock(): ManualClock {
  const clock = manualClock(Date.parse('2026-03-01T12:00:00Z'));
  return {
    ...clock,
    after: (milliseconds, work) => {
      if (milliseconds > shortWait) return clock.after(milliseconds, work);
      const immediate = setImmediate(work);
      return () => clearImmediate(immediate);
    },
  };
}

/** A system in this process. */
export interface Opened {
  readonly clock: ManualClock;
  /** The address of its central server. */
  readonly central: string;
  readonly dataFolder: string;
  /** What it has logged. */
  readonly lines: readonly string[];
  /** Somebody with plain curl at this machine, unless another address is given. */
  caller(peer?: string, origin?: string): Caller;
  /** Somebody with a browser. */
  browser(): Caller;
  /** The files of its vaults. */
  vaultFiles(): Promise<string[]>;
  /** Stops it and keeps its folder. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a system. */
export async function open(
  environment: Variables = {},
  more: Partial<TokenClientOptions> & { clock?: ManualClock } = {},
): Promise<Opened> {
  const dataFolder = more.dataFolder ?? (await mkdtemp(join(tmpdir(), 'token-client-')));
  const { clock = testClock() } = more;
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const system = await createTokenClient({ print, ...more, environment, dataFolder, clock });
  const sendFrom = (remoteAddress: string) => (request: Request) =>
    system.fetch(request, { incoming: { socket: { remoteAddress } } });
  const origin = 'http://localhost:8000';
  const stop = async (): Promise<void> => system.close();
  return {
    clock,
    central: system.central,
    dataFolder,
    lines,
    caller: (peer = '127.0.0.1', at = origin) => callerOf(sendFrom(peer), { origin: at }),
    browser: () => callerOf(sendFrom('127.0.0.1'), { origin, keepsCookies: true }),
    vaultFiles: () => readdir(join(dataFolder, 'vaults')),
    stop,
    close: async () => {
      await stop();
      await rm(dataFolder, { recursive: true });
    },
  };
}

/** Registers a person and signs them in; the tokens as they were handed out. */
export async function signIn(
  caller: Caller,
  person: typeof ada = ada,
): Promise<{ access: string; refresh: string }> {
  await caller.ask('POST', '/register', { json: person });
  const { username, password } = person;
  const answer = await caller.ask('POST', '/login', { json: { username, password } });
  if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}: ${answer.text}`);
  return { access: String(answer.json['access_token']), refresh: String(answer.json['refresh_token']) };
}

const program = fileURLToPath(new URL('../src/server.ts', import.meta.url));

/** The program, started. */
export interface Started extends StartedProcess {
  caller(): Caller;
  stop(): Promise<void>;
}

/** Starts the program on a free port. Rejects with what it printed when it ends instead. */
export async function start(environment: Variables = {}): Promise<Started> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'token-client-'));
  const process = await startProcess({
    program,
    dataFolder,
    environment: { PORT: '0', DATA_FOLDER: dataFolder, ...environment },
  });
  return {
    ...process,
    caller: () => callerOf((request) => fetch(request), process),
    stop: async () => {
      process.kill();
      await process.exited;
      await rm(dataFolder, { recursive: true });
    },
  };
}
