/**
 * Starting and stopping what is measured.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Ask, Served } from './ask.ts';

/** A process that runs. */
export interface Running {
  stop(): Promise<void>;
  /** What it has used and holds; undefined where the system does not tell. */
  usage(): Usage | undefined;
}

/** What a process has used and holds. */
export interface Usage {
  /** Seconds of processor time since its start. */
  readonly cpu: number;
  /** Bytes of memory. */
  readonly memory: number;
}

/** A process that serves. */
export interface Peer extends Served, Running {}

/** Starts a process of bench/server.ts and waits until it serves. */
export const start = (ask: Ask): Promise<Peer> => startProgram<Served>('server.ts', ask);

/** Starts a program of this folder and waits for the line in which it says what it serves. */
export async function startProgram<Told>(file: string, ask: object): Promise<Told & Running> {
  const program = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(ask)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for await (const line of createInterface({ input: child.stdout })) {
    // What it says before that is for people.
    if (!line.startsWith('{')) continue;
    const told = JSON.parse(line) as Told;
    return {
      ...told,
      usage: () => usageOf(child.pid ?? 0),
      stop: async () => {
        child.kill();
        await exited;
      },
    };
  }
  throw new Error(`${file} ended before it served`);
}

/** Ticks of the kernel's clock in a second, as it tells them to every program on Linux. */
const ticks = 100;

/** What Linux tells of a process, threads included. */
export function usageOf(pid: number): Usage | undefined {
  if (!existsSync(`/proc/${pid}/stat`)) return undefined;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name before these fields stands in brackets and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpu: (Number(fields[11]) + Number(fields[12])) / ticks, memory: Number(resident) * 1024 };
}

/** Runs `work` with a folder that is gone afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'doorward-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
