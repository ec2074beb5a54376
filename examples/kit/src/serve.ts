/** A system as a program: it listens where the environment says, and stops when it is told to. */
import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createAdaptorServer } from '@hono/node-server';
import type { Fetch } from './routes.ts';
import { CannotStart, type Environment, numberFrom } from './start.ts';

/** A system that answers requests. */
export interface System {
  readonly fetch: Fetch;
  /** Lets go of its files. */
  close(): Promise<void>;
}

/** What a program says of its system. */
export interface Program {
  /** The folder of its data under `data/examples`, unless `DATA_FOLDER` names another. */
  readonly name: string;
  /** Unless the environment names another; 0 is any free one. */
  readonly port: number;
  /** The variables of host and port, the first that is set counts; `HOST` and `PORT` unless told. */
  readonly variables?: { readonly host: readonly string[]; readonly port: readonly string[] };
  /** Why it should not be reached from other machines, if so: a sentence. */
  readonly warning?: string;
  open(given: { environment: Environment; dataFolder: string }): Promise<System>;
}

const plainHttp = 'It speaks plain HTTP: whoever is on the way can read along.';

/** Milliseconds that requests under way may take when it stops. */
const patience = 3000;
/** Milliseconds that an idle connection is kept; whoever sends on one that is just closing gets no answer. */
const keepAliveTimeout = 65_000;
/** Milliseconds between two looks for connections that are idle by then. */
const sweep = 50;

/** Runs a system until SIGINT or SIGTERM. What keeps it from starting is said in one sentence, with exit code 1. */
export async function serve(program: Program): Promise<void> {
  try {
    await start(program);
  } catch (thrown) {
    console.error(thrown instanceof CannotStart ? thrown.message : thrown);
    // What a half-opened system still holds must not keep a program alive that nobody can reach.
    process.exit(1);
  }
}

async function start({ name, port: usual, variables, warning = plainHttp, open }: Program): Promise<void> {
  const { env: environment } = process;
  const { host: hosts, port: ports } = variables ?? { host: ['HOST'], port: ['PORT'] };
  const host = environment[firstSet(environment, hosts)] || '127.0.0.1';
  const portName = firstSet(environment, ports);
  const port = numberFrom(environment, portName, { usual, least: 0, most: 65_535 });
  const dataFolder =
    environment['DATA_FOLDER'] ?? fileURLToPath(new URL(`../../../data/examples/${name}`, import.meta.url));
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const system = await open({ environment, dataFolder });
  const server = createAdaptorServer({ fetch: system.fetch, serverOptions: { keepAliveTimeout } }) as Server;
  try {
    await listen(server, { host, port, portName });
  } catch (thrown) {
    await system.close();
    throw thrown;
  }
  stopOnSignals(server, system);
  if (!loopback.test(host)) console.warn(`Warning: other machines can reach this. ${warning}`);
  const shown = host.includes(':') ? `[${host}]` : host;
  console.log(`Listening on http://${shown}:${(server.address() as AddressInfo).port} (${name})`);
}

function stopOnSignals(server: Server, system: System): void {
  const stop = (): void => {
    // Ctrl-C reaches a program from the terminal and once more from npm: the second one changes nothing.
    if (!server.listening) return;
    server.close(() => void system.close());
    // A connection that has had its answer is kept alive for the next request, which will not come.
    setInterval(() => server.closeIdleConnections(), sweep).unref();
    setTimeout(() => server.closeAllConnections(), patience).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
}

const loopback = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/;

const firstSet = (environment: Environment, names: readonly string[]): string =>
  names.find((name) => environment[name]) ?? names[0] ?? '';

function listen(server: Server, place: { host: string; port: number; portName: string }): Promise<void> {
  const { host, port, portName } = place;
  const taken = `Port ${port} is taken by another program. Choose another one with ${portName}=${port + 50}.`;
  return new Promise((resolve, reject) => {
    server.once('error', (thrown: NodeJS.ErrnoException) => {
      reject(thrown.code === 'EADDRINUSE' ? new CannotStart(taken) : thrown);
    });
    server.listen({ host, port }, resolve);
  });
}
