/**
 * What a test starts ends with the test's process, however that ends: a failure, a time-out, Ctrl-C, a SIGKILL. A keeper beside
 * the process hears from the closing of its pipe that it has gone, and ends what it was told of last. Loading this file is enough.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('keeper.ts', import.meta.url));

/** Children that run. */
const living = new Set<number>();
let keeper: ChildProcess | undefined;

/** Nobody holds on to the test's process for its sake; a group of its own lets Ctrl-C pass by. */
function startKeeper(): ChildProcess {
  const started = spawn(process.execPath, [program], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  });
  started.unref();
  (started.stdin as Socket).unref();
  // A keeper that was ended keeps nothing.
  started.stdin?.on('error', () => undefined);
  return started;
}

function tell(): void {
  if (!keeper) {
    isOurs = true;
    keeper = startKeeper();
    isOurs = false;
  }
  keeper.stdin?.write(`${[...living].join(' ')}\n`);
}

/** Set while the keeper itself is begun. */
let isOurs = false;

subscribe('child_process', (message) => {
  if (isOurs) return;
  const { process: child } = message as { readonly process: ChildProcess };
  child.once('spawn', () => {
    const { pid = 0 } = child;
    living.add(pid);
    tell();
    child.once('exit', () => {
      living.delete(pid);
      tell();
    });
  });
});
