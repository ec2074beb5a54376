import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newFolder } from './program.ts';

const top = fileURLToPath(new URL('../../..', import.meta.url));
const curl = fileURLToPath(new URL('curl.mjs', import.meta.url));

let folder: Awaited<ReturnType<typeof newFolder>>;
let environment: NodeJS.ProcessEnv;
beforeAll(async () => {
  folder = await newFolder();
  const programs = join(folder.path, 'bin');
  await mkdir(programs);
  await writeFile(join(programs, 'curl'), `#!/bin/sh\nexec "${process.execPath}" "${curl}" "$@"\n`);
  await chmod(join(programs, 'curl'), 0o755);
  const path = [programs, dirname(process.execPath), process.env['PATH']].join(delimiter);
  environment = { ...process.env, PATH: path, DATA_FOLDER: join(folder.path, 'data'), PORT: '0' };
});
afterAll(() => folder.remove());

/** Each block of commands with the block of answers that follows it. */
async function blocks(): Promise<{ commands: string[]; answers: string[] }[]> {
  const page = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const found = page.matchAll(/^```sh\n([\s\S]*?)^```\n(?:```text\n([\s\S]*?)^```$)?/gm);
  return [...found].map(([, commands = '', answers = '']) => ({
    commands: commands.trimEnd().split('\n'),
    answers: answers.trimEnd().split('\n'),
  }));
}

/** Starts with the README's own command; resolves with the address. */
async function start(command: string): Promise<{ child: ChildProcess; origin: string }> {
  const child = spawn('sh', ['-c', command], { cwd: top, env: environment, detached: true });
  let screen = '';
  for await (const text of child.stdout) {
    screen += String(text);
    const [, port] = /listening on http:\/\/\S+:(\d+)/i.exec(screen) ?? [];
    if (port !== undefined) return { child, origin: `http://127.0.0.1:${port}` };
  }
  throw new Error(screen);
}

test('every command of the README answers as it says', async () => {
  const [first, ...others] = await blocks();
  const { child, origin } = await start(first?.commands[0] ?? '');
  try {
    expect(others.length).toBe(5);
    for (const { commands, answers } of others) {
      const said: string[] = [];
      for (const command of commands) {
        const line = command
          .replace('http://127.0.0.1:5000', origin)
          .replaceAll(/\w+\.txt/g, (name) => join(folder.path, name));
        const { stdout } = await promisify(execFile)('sh', ['-c', line], { cwd: top, env: environment });
        if (stdout !== '') said.push(stdout);
      }
      expect(said).toEqual(answers.map((answer) => expect.stringContaining(answer)));
    }
  } finally {
    const ended = once(child, 'close');
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    await ended;
  }
});
