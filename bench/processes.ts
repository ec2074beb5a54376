/**
 * Starting and stopping what is measured.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Ask, Served } from './ask.ts';

/** A process that serves. */
export interface Peer extends Served {
  stop(): Promise<void>;
}

/** Starts a process of bench/server.ts and waits until it serves. */
export async function start(ask: Ask): Promise<Peer> {
  const program = fileURLToPath(new URL('server.ts', import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(ask)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for await (const line of createInterface({ input: child.stdout })) {
    const served = JSON.parse(line) as Served;
    return {
      ...served,
      stop: async () => {
        child.kill();
        await exited;
      },
    };
  }
  throw new Error('the measured process ended before it served');
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
