import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const kept = new URL('../kit/children.ts', import.meta.url).href;

/** Shell commands that say when they run, and run for long. */
const commands = {
  plain: 'echo running; echo >&2; exec sleep 1000',
  deaf: 'trap "" TERM; echo running; echo >&2; exec sleep 1000',
  parent: 'sleep 1000 & echo running; echo >&2; wait',
};

/**
 * A process like a test's starts another, and does `then` once that runs. Resolves to what they have printed when none of them
 * holds the screen any more: with the test's time-out instead, if one of them stays.
 */
function screenOf(command: string, then: string): Promise<string> {
  const source = `
    import { spawn } from 'node:child_process';
    const child = spawn('sh', ['-c', ${JSON.stringify(command)}], { stdio: ['ignore', 'inherit', 'pipe'] });
    child.stderr.once('data', () => { ${then} });`;
  const args = ['--import', kept, '--input-type=module', '--eval', source];
  return text(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] }).stdout);
}

test.concurrent.each([
  ['ends well', commands.plain, 'process.exit()'],
  ['breaks', commands.plain, 'throw new Error("broken")'],
  ['is interrupted', commands.plain, 'process.kill(process.pid, "SIGINT")'],
  ['is killed', commands.plain, 'process.kill(process.pid, "SIGKILL")'],
  ['is killed, and its child hears nothing', commands.deaf, 'process.kill(process.pid, "SIGKILL")'],
  ['is killed, and its child has one of its own', commands.parent, 'process.kill(process.pid, "SIGKILL")'],
])('what a test has started ends when the process of the test %s', async (_how, command, then) => {
  expect(await screenOf(command, then)).toBe('running\n');
});

test.concurrent('a child that is still needed is left alone, and its process is not held up by the keeper', async () => {
  expect(await screenOf('echo running; echo >&2; sleep 0.1; echo done', '')).toBe('running\ndone\n');
});
