/**
 * One process at a time: a file that exists while somebody works, and says until when they may. A process that died
 * leaves it behind, and the first one to come after its time takes it away.
 */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { chance } from './chance.ts';
import { type Clock, pause } from './clock.ts';
import type { Lock } from './store.ts';

/** What a lock file takes. */
export interface FileLockOptions {
  readonly path: string;
  /** Milliseconds. */
  readonly lease: number;
  readonly clock: Clock;
}

/** Milliseconds between two looks; up to twice as long. */
const interval = 10;

/** Makes a lock of all processes that see the path. Its folder must be there. */
export function fileLock({ path, lease, clock }: FileLockOptions): Lock {
  /** Whether the time that a note names is over, or further away than it can be: then the clock was set back. */
  const isOver = (note: string): boolean => {
    const left = Number(note.split(' ')[0]) - clock.now();
    return !(left > 0 && left <= lease);
  };
  /** Writes a note and moves it into place, so that nobody ever sees half a note; false when there is one. */
  const take = async (name: string): Promise<boolean> => {
    const draft = `${path}.${name}`;
    await writeFile(draft, `${clock.now() + lease} ${name}`, { mode: 0o600 });
    const taken = await link(draft, path).then(() => true, unless('EEXIST'));
    await rm(draft);
    return taken === true;
  };
  return async (work) => {
    const name = randomUUID();
    while (!(await take(name))) {
      const note = await noteAt(path);
      if (note !== undefined && isOver(note)) await clear(path, note);
      else await pause(clock, interval * (1 + chance()));
    }
    try {
      return await work();
    } finally {
      if ((await noteAt(path))?.endsWith(name)) await rm(path, { force: true });
    }
  };
}

const noteAt = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(unless('ENOENT'));

/**
 * Takes an old note away. Another process may have done so and put its own there since we looked: then that one is put
 * back.
 */
async function clear(path: string, old: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  const moved = await rename(path, aside).then(() => true, unless('ENOENT'));
  if (moved !== true) return;
  if ((await noteAt(aside)) !== old) await link(aside, path).catch(unless('EEXIST'));
  await rm(aside);
}

/** Lets the named failure of the file system pass as undefined. */
const unless =
  (code: string) =>
  (thrown: NodeJS.ErrnoException): undefined => {
    if (thrown.code !== code) throw thrown;
  };
