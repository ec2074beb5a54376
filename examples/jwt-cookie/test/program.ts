/**
 * The program under test, as people start it: a process with a port and a data folder of its own. And the same system
 * inside the test, with a clock that the test moves.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ManualClock, manualClock } from 'doorward';
import { createJwtCookie, type JwtCookie } from '../src/app.ts';

/** The key that tests sign with as well. */
export const secretKey = 'tests sign with this key, nobody else should';

/** A password that every policy accepts. */
export const goodPassword = 'seven quiet herons wade';

/** A fresh folder; `remove` it afterwards. */
export async function newFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'jwt-cookie-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** What a process printed when it had ended. */
export interface Ended {
  readonly code: number | null;
  readonly screen: string;
}

/** A process that listens. */
export interface Started {
  readonly origin: string;
  /** What it has printed so far. */
  screen(): string;
  stop(): Promise<Ended>;
}

/** Milliseconds after which a process is ended, whatever became of its test. */
const longest = 120_000;

const sourceOf = (name: string): string => fileURLToPath(new URL(`../src/${name}`, import.meta.url));

/** Starts `src/server.ts` on any free port. Rejects with what it printed when it ends before it listens. */
export async function startProgram(environment: Readonly<Record<string, string>>): Promise<Started> {
  const { child, screen, ended } = run('server.ts', [], { PORT: '0', ...environment });
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const [, found] = /listening on http:\/\/\S+:(\d+)/i.exec(screen()) ?? [];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(screen())));
  });
  const origin = `http://localhost:${port}`;
  await fetch(`${origin}/public`);
  return {
    origin,
    screen,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Runs `src/server.ts` where it should end by itself. */
export const endProgram = (environment: Readonly<Record<string, string>>): Promise<Ended> =>
  run('server.ts', [], { PORT: '0', ...environment }).ended;

/** Runs `src/add-account.ts` with the password on its input. */
export function addAccount(dataFolder: string, username: string, password = goodPassword): Promise<Ended> {
  const { child, ended } = run('add-account.ts', [username], { DATA_FOLDER: dataFolder });
  child.stdin.end(`${password}\n`);
  return ended;
}

function run(source: string, args: readonly string[], environment: Readonly<Record<string, string>>) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [sourceOf(source), ...args], {
    env: { PATH, ...environment },
    timeout: longest,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
  const screen = (): string => text;
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, screen: text }));
  });
  return { child, screen, ended };
}

/** The system in this process, with the account `ada`. */
export interface Inside extends JwtCookie {
  readonly clock: ManualClock;
}

/** Opens the system in this process. */
export async function openInside(environment: Readonly<Record<string, string>> = {}): Promise<Inside> {
  const folder = await newFolder();
  const clock = manualClock(Date.parse('2026-03-01T12:00:00Z'));
  const given = { SECRET_KEY: secretKey, ...environment };
  const system = await createJwtCookie({ environment: given, dataFolder: folder.path, clock });
  await system.doorward.accounts.create({ username: 'ada', name: 'ada', password: goodPassword });
  return {
    ...system,
    clock,
    close: async () => {
      await system.close();
      await folder.remove();
    },
  };
}
