/**
 * The look through a large database file beside a server that has begun: a process of its own, which can be ended at any time and
 * steps back for everybody.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type PageCheck, type PageOutcome, pagesOutcome } from '../../store/sqlite/damage.ts';

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
      tell(pagesOutcome(path));
      return () => undefined;
    }
    let outcome: PageOutcome | undefined;
    let isEnded = false;
    child.on('message', (said: PageOutcome) => {
      outcome = said;
    });
    child.on('error', ({ message }) => {
      outcome ??= { unfinished: message };
    });
    // Not 'exit': what the process said last may still be on its way then.
    child.on('close', (code, signal) => {
      if (!isEnded)
        tell(outcome ?? { unfinished: signal ? `ended by ${signal}` : `ended with code ${code}` });
    });
    return () => {
      isEnded = true;
      child.kill('SIGKILL');
    };
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
  // A terminal and a service manager tell all processes to stop at once: this one stays until its server ends it.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
  // Nobody waits for the answer any more when the server has ended.
  process.once('disconnect', () => process.exit());
  process.send?.(pagesOutcome(path), undefined, undefined, () => process.disconnect?.());
}
