/**
 * @doorward/client/file: tokens in a file that its owner alone can read, shared by any number of processes of one machine,
 * and encrypted when a key is given.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname } from 'node:path';
import { type Clock, systemClock } from './clock.ts';
import { fileLock } from './file-lock.ts';
import { sealed, unsealed } from './seal.ts';
import { localLock, type TokenStore } from './store.ts';

/** How a file keeps tokens. */
export interface FileStoreOptions {
  /** 32 random bytes: encrypts the file (AES-256-GCM). Without it, whoever reads the disk or a backup reads the tokens. */
  readonly key?: Uint8Array;
  /** Seconds after which a process that holds the lock counts as gone; 20 unless given. More than the client's `timeoutSeconds`. */
  readonly leaseSeconds?: number;
  /** The machine's clock unless given. */
  readonly clock?: Clock;
}

/**
 * Keeps the tokens in the file at `path`, in a folder that is made for its owner alone unless it is there. A new text is
 * on the disk before it counts, and takes the place of the old one at once. Reading throws when others than the owner
 * may read the file. A file under another key, or a damaged one, holds nothing. Throws a TypeError unless `key` has 32 bytes.
 */
export function fileStore(path: string, options: FileStoreOptions = {}): TokenStore {
  const { key, leaseSeconds = 20, clock = systemClock } = options;
  if (key && key.byteLength !== 32) throw new TypeError('The key of a file store has 32 bytes.');
  const inProcess = localLock();
  const lock = fileLock({ path: `${path}.lock`, lease: leaseSeconds * 1000, clock });
  const folder = (): Promise<unknown> => mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return {
    read: async () => {
      const text = await readPrivate(path);
      return key && text !== undefined ? unsealed(key, text) : text;
    },
    write: async (text) => {
      await folder();
      await replace(path, key ? sealed(key, text) : text);
    },
    remove: () => rm(path, { force: true }),
    leaseSeconds,
    lock: (work) =>
      inProcess(async () => {
        await folder();
        return lock(work);
      }),
  };
}

/** Permission bits of everybody but the owner; Windows keeps its rights elsewhere. */
const others = platform() === 'win32' ? 0 : 0o077;

async function readPrivate(path: string): Promise<string | undefined> {
  const file = await open(path, 'r').catch(absent);
  if (!file) return undefined;
  try {
    const { mode } = await file.stat();
    if (mode & others) throw new Error(`Others than its owner can read the file ${path}: chmod 600 it.`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** The file is the old one or the new one, whenever the power fails. */
async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (thrown) {
    await rm(draft, { force: true });
    throw thrown;
  }
  await syncFolder(dirname(path));
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder, and keeps renames in its journal.
  if (others === 0) return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function absent(thrown: NodeJS.ErrnoException): undefined {
  if (thrown.code !== 'ENOENT') throw thrown;
}
