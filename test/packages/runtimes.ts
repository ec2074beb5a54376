/**
 * The runtimes that the packages are tried in. All but this Node come from a folder with a lock file of its own, which is
 * installed at its first use: nobody who only starts Doorward downloads them.
 */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ensureFolder, root } from './command.ts';

const home = join(root, 'test', 'packages', 'runtimes');
const installed = (...path: string[]): string => join(home, 'node_modules', ...path);

/** Where the programs are. */
export const programs = {
  node24: installed('node24', 'bin', 'node'),
  node26: process.execPath,
  bun: installed('@oven', 'bun-linux-x64-baseline', 'bin', 'bun'),
  deno: installed('@deno', 'linux-x64-glibc', 'deno'),
  workerd: installed('@cloudflare', 'workerd-linux-64', 'bin', 'workerd'),
} as const;

/** The name of a runtime. */
export type Runtime = keyof typeof programs;

/** Installs the runtimes unless they are there. Rejects with npm's words when it cannot. */
export const ensureRuntimes = (): Promise<void> => ensureFolder(home);

/** How each runtime with a command line runs a TypeScript file. */
export const commandLine: Readonly<Record<Exclude<Runtime, 'workerd'>, readonly string[]>> = {
  node24: [],
  node26: [],
  bun: ['run'],
  deno: ['run', '--allow-all', '--no-lock', '--node-modules-dir=manual'],
};

/** A Worker that listens. */
export interface Worker {
  readonly origin: string;
  stop(): Promise<void>;
}

/** The configuration of workerd: one module, which may call this machine. */
const configuration = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
      compatibilityDate = "2026-06-01",
      compatibilityFlags = ["nodejs_compat"],
    )),
    (name = "internet", network = (allow = ["private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`;

/** Serves the module `worker.mjs` of a folder on any free port. */
export async function startWorker(folder: string): Promise<Worker> {
  await writeFile(join(folder, 'worker.capnp'), configuration);
  // The third pipe is where workerd says which port it has got.
  const child = spawn(programs.workerd, ['serve', '--control-fd=3', 'worker.capnp'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const control = child.stdio[3] as Readable;
  const port = await new Promise<number>((resolve, reject) => {
    control.setEncoding('utf8').on('data', (told: string) => {
      const found = /"port":(\d+)/.exec(told);
      if (found) resolve(Number(found[1]));
    });
    child.once('close', (code) => reject(new Error(`workerd ended with ${code}`)));
    child.once('error', reject);
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: () => {
      child.kill();
      return ended;
    },
  };
}
