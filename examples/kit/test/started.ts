/** A system as people start it: a process of its own, on any free port, with a fresh data folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type StartedProcess, startProcess } from '../../../test/kit/process.ts';

/** A started system. */
export interface Started extends StartedProcess {
  /** Sends a request to a path of it. */
  ask(path: string, init?: RequestInit): Promise<Answer>;
  /** Ends it as Ctrl-C does, and waits. */
  stop(): Promise<number | null>;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body read as JSON; undefined when it is none. */
  readonly json: unknown;
}

/** Makes a data folder that is removed with `remove`. */
export async function freshFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'doorward-example-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Starts a system by the name of its folder. */
export async function startSystem(
  name: string,
  dataFolder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const program = fileURLToPath(new URL(`../../${name}/src/server.ts`, import.meta.url));
  const started = await startProcess({
    program,
    dataFolder,
    environment: { HOST: '', PORT: '0', DATA_FOLDER: dataFolder, ...environment },
  });
  return {
    ...started,
    ask: async (path, init) => answerOf(await fetch(new URL(path, started.origin), init)),
    stop: () => {
      started.kill('SIGINT');
      return started.exited;
    },
  };
}

/** Reads an answer to its end. */
export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== '';
  const json: unknown = isJson ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, json };
}
