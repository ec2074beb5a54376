/**
 * The look through a large database file beside a server that has begun: a process of its own, which can be ended at any time and
 * steps back for everybody.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type PageCheck, pagesVerdict } from '../../store/sqlite/damage.ts';

/** What tells this process from others that load this file. */
const role = 'doorward-page-check';

/** Bytes of a file that is read through before a server begins: well under a second from most disks. */
const large = 256 * 1024 * 1024;

/** Reads through files larger than `above` bytes beside the server; 256 MB unless given. */
export const checkPagesBeside = (above = large): PageCheck => ({
  above,
  begin: (path, tell) => {
    const child = begun(path);
    if (!child) {
      tell(pagesVerdict(path));
      return () => undefined;
    }
    child.on('message', (verdict) => {
      if (typeof verdict === 'string') tell(verdict);
    });
    // Whoever cannot be asked says nothing about the file; its first use will.
    child.on('error', () => undefined);
    return () => child.kill('SIGKILL');
  },
});

/** For the first of several processes: each of the others looks by itself, and knows by itself. */
export const leavePagesToOthers: PageCheck = { above: large, begin: () => () => undefined };

function begun(path: string): ChildProcess | undefined {
  try {
    const child = fork(fileURLToPath(import.meta.url), [role, path], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.unref();
    child.channel?.unref();
    return child;
  } catch {
    // A program that lets nobody begin processes has its reasons: then it reads by itself.
    return undefined;
  }
}

function stepBack(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW);
  } catch {
    // A sandbox may forbid it.
  }
}

const [, , asked, path] = process.argv;
if (asked === role && path !== undefined) {
  stepBack();
  // Nobody waits for the answer any more when the server has ended.
  process.once('disconnect', () => process.exit());
  process.send?.(pagesVerdict(path), undefined, undefined, () => process.disconnect?.());
}
