/**
 * Real server processes for tests: the program as people start it, run from its sources, on a data folder of its own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where Node keeps what it has compiled: a server that has been started before starts in half the processor's time. */
const compiled = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url));
const main = fileURLToPath(new URL('../../packages/server/src/program/main.ts', import.meta.url));

/** How a server is started. */
export interface ProcessOptions {
  /** Settings by their names in the configuration table; they go as flags. The port is any free one unless given. */
  readonly settings?: Readonly<Record<string, string | number>>;
  readonly workers?: number;
  /** An existing data folder, which stays; else a fresh one, removed when the process has exited. */
  readonly dataFolder?: string;
  /** Added to the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The path of another program that takes the same flags and says in the same words where it listens. */
  readonly program?: string;
  /** A command that runs the server, such as a tracer with its arguments; the server is its child then. */
  readonly under?: readonly string[];
}

/** A server process that listens. */
export interface StartedProcess {
  /** Where to send requests: `http://localhost:` and the port, the issuer unless one was set. */
  readonly origin: string;
  readonly port: number;
  readonly dataFolder: string;
  readonly pid: number;
  /** What it has printed so far. */
  stdout(): string;
  /** What it has logged so far. */
  stderr(): string;
  kill(signal?: NodeJS.Signals): void;
  /** The exit code, or null when a signal ended it. */
  readonly exited: Promise<number | null>;
}

/** Starts a server and resolves when it listens. Rejects with what it printed when it ends before. */
export async function startProcess(options: ProcessOptions = {}): Promise<StartedProcess> {
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'doorward-process-')));
  const settings = {
    port: 0,
    dataFolder,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    ...options.settings,
  };
  const serving = serverCommand(settings, options.program);
  const [command = '', ...args] = [...(options.under ?? []), serving[0], ...serving[1]];
  const child = spawn(command, args, {
    env: { ...plainEnvironment(), ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { stdout, stderr, exited } = listenTo(child);
  if (options.dataFolder === undefined)
    void exited.then(() => rm(dataFolder, { recursive: true, force: true }));
  const port = await addressOf(child, { stdout, stderr });
  return {
    origin: `http://localhost:${port}`,
    port,
    dataFolder,
    pid: child.pid ?? 0,
    stdout,
    stderr,
    kill: (signal = 'SIGTERM') => void child.kill(signal),
    exited,
  };
}

/** The program and the arguments that serve with these settings. */
export function serverCommand(
  settings: Readonly<Record<string, string | number>>,
  program = main,
): [string, string[]] {
  const flags = Object.entries(settings).flatMap(([name, value]) => [
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    String(value),
  ]);
  return [process.execPath, [program, 'serve', ...flags]];
}

/** A command that has ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the program to its end. */
export async function runProcess(
  args: readonly string[],
  { input = '', environment = {} }: { input?: string; environment?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...plainEnvironment(), ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  const { stdout, stderr, exited } = listenTo(child);
  const code = await exited;
  return { code, stdout: stdout(), stderr: stderr() };
}

/** No settings of the machine that runs the tests. */
const plainEnvironment = (): NodeJS.ProcessEnv => ({
  NODE_COMPILE_CACHE: compiled,
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:DOORWARD_.*|DATABASE_URL)$/.test(name)),
  ),
});

type Heard = Pick<StartedProcess, 'stdout' | 'stderr' | 'exited'>;

function listenTo(child: ChildProcess): Heard {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
  return { stdout: () => stdout, stderr: () => stderr, exited };
}

/** The port, from the line that people read it from too. */
function addressOf(child: ChildProcess, { stdout, stderr }: Omit<Heard, 'exited'>): Promise<number> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const screen = stdout();
      if (!screen.endsWith('\n')) return;
      const found =
        /Listening on +http:\/\/\S+:(\d+)/.exec(screen) ?? /Address +http:\/\/\S+:(\d+)/.exec(screen);
      if (found) resolve(Number(found[1]));
    };
    child.stdout?.on('data', look);
    child.once('close', (code) =>
      reject(new Error(`the server ended with ${code}:\n${stdout()}${stderr()}`)),
    );
  });
}
