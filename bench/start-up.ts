/**
 * The built program as users start it: time to the first answer on existing data, and memory when idle.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { withFolder } from './processes.ts';
import { type Finding, median, shown } from './report.ts';

const rounds = 7;
/** Milliseconds that a server does nothing before its memory counts as idle. */
const idle = 2000;
const program = fileURLToPath(new URL('../packages/server/dist/program/main.js', import.meta.url));

/** The findings of starting. */
export const startingUp = (): Promise<Finding[]> =>
  withFolder(async (dataFolder) => {
    const times: number[] = [];
    const bytes: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const { milliseconds, memory } = await startOnce(dataFolder);
      // The first start makes keys and database.
      if (round > 0) times.push(milliseconds);
      if (round > 0) bytes.push(memory);
    }
    const time = median(times) / 1000;
    const megabytes = median(bytes) / 1_000_000;
    return [
      {
        what: 'start to first answer, existing data',
        measured: `${shown(time)} s`,
        limit: '≤ 0.4 s',
        holds: time <= 0.4,
      },
      { what: 'idle memory', measured: `${shown(megabytes)} MB`, limit: '≤ 90 MB', holds: megabytes <= 90 },
    ];
  });

async function startOnce(dataFolder: string): Promise<{ milliseconds: number; memory: number }> {
  const port = await freePort();
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [program, 'serve', '--port', String(port), '--data-folder', dataFolder],
    { stdio: 'ignore' },
  );
  const exited = new Promise((resolve) => child.once('exit', resolve));
  try {
    while (!(await answers(port)))
      if (child.exitCode !== null) throw new Error(`the program ended with ${child.exitCode}`);
    const milliseconds = performance.now() - started;
    await setTimeout(idle);
    return { milliseconds, memory: residentBytes(child.pid ?? 0) };
  } finally {
    child.kill();
    await exited;
  }
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

const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) * 1024;
