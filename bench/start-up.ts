/**
 * The built program as users start it: time to the first answer on existing data, and memory when idle.
 */
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Measurement } from './contract.ts';
import { usageOf, withFolder } from './processes.ts';
import { median } from './report.ts';

const rounds = 7;
/** Milliseconds that a server does nothing before its memory counts as idle. */
const idle = 2000;
const program = fileURLToPath(new URL('../packages/server/dist/program/main.js', import.meta.url));

/** Starting. */
export const startingUp = (): Promise<Measurement[]> =>
  withFolder(async (dataFolder) => {
    const times: number[] = [];
    const bytes: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const { milliseconds, memory } = await startOnce(dataFolder);
      // The first start makes keys and database.
      if (round > 0) times.push(milliseconds);
      if (round > 0) bytes.push(memory);
    }
    return [
      { name: 'start', values: { seconds: median(times) / 1000 } },
      { name: 'idle-memory', values: { megabytes: median(bytes) / 1_000_000 } },
    ];
  });

async function startOnce(dataFolder: string): Promise<{ milliseconds: number; memory: number }> {
  const started = performance.now();
  const built = await startBuilt(['--data-folder', dataFolder]);
  try {
    const milliseconds = performance.now() - started;
    await setTimeout(idle);
    return { milliseconds, memory: usageOf(built.pid)?.memory ?? Number.NaN };
  } finally {
    await built.stop();
  }
}

/** A server as users start it. */
export interface Built {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts the built program and waits until it answers. */
export async function startBuilt(flags: readonly string[]): Promise<Built> {
  const port = await freePort();
  const args = [program, 'serve', '--port', String(port), ...flags];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  while (!(await answers(port)))
    if (child.exitCode !== null) throw new Error(`the program ended with ${child.exitCode}`);
  const stop = async (): Promise<void> => {
    child.kill();
    await exited;
  };
  return { pid: child.pid ?? 0, port, stop };
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** One try, without keeping anything: the retries run as fast as connections are refused. */
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
    );
    socket.once('data', () => {
      resolve(true);
      socket.destroy();
    });
    socket.once('error', () => setImmediate(resolve, false));
  });
