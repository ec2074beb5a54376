/**
 * `npm start`: installs what is missing, compiles what changed, then serves with the pinned Node. Everything after
 * `--` goes to the server: `npm start -- --port 4000`.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { ToolFault, tool } from './run.mjs';
import { ensureBuilt, ensureInstalled, pinnedNode, root } from './setup.mjs';

/** Milliseconds in which a signal is taken for the echo of the one before. */
const echo = 500;

/** Milliseconds between two looks at the parent. */
const parentCheck = 250;

/**
 * Passes signals on. Ctrl-C reaches this process from the terminal and once more from npm, and a server takes
 * a second one for impatience: so an echo is dropped, and the server stands in a process group of its own.
 */
function forwardSignals(child) {
  const last = new Map();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const now = performance.now();
      if (now - (last.get(signal) ?? -echo) >= echo) child.kill(signal);
      last.set(signal, now);
    });
  }
}

/**
 * A signal that goes to npm alone ends npm and its shell but never reaches this process; that its parent is gone
 * tells. Started without npm, a parent may leave: that is how one puts a program in the background.
 */
function endWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, parentCheck);
  watch.unref();
}

/** Runs the server to its end; resolves to its exit code, or 128 and the number of the signal that ended it. */
function serve() {
  const program = join(root, 'packages', 'server', 'dist', 'program', 'main.js');
  const child = spawn(pinnedNode(), [program, 'serve', ...process.argv.slice(2)], {
    stdio: 'inherit',
    detached: process.platform !== 'win32',
  });
  forwardSignals(child);
  endWithNpm(child);
  return new Promise((resolve, reject) => {
    child.on('error', (fault) => reject(new ToolFault(`The server could not be started: ${fault.message}`)));
    child.on('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

await tool(async () => {
  await ensureInstalled();
  await ensureBuilt();
  process.exitCode = await serve();
});
