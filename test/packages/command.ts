/**
 * Other programs, run to their end: npm as the person at the machine has it, and the rest by their paths.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top folder of the work tree. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Milliseconds after which a program is ended; downloads take the longest. */
const longest = 240_000;

/** Runs a program in a folder and returns what it printed. Rejects with all of its words when it fails. */
export function run(command: string, args: readonly string[], folder: string): Promise<string> {
  // Programs that npm links start the first Node of the path: this one.
  const path = `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`;
  const options = { cwd: folder, timeout: longest, env: { ...process.env, PATH: path, NO_COLOR: '1' } };
  return new Promise((resolve, reject) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stdout}${stderr}`));
      else resolve(stdout);
    });
  });
}

/** Runs npm in a folder, under the Node of the tests. */
export function npm(args: readonly string[], folder: string): Promise<string> {
  const program = process.env['npm_execpath'] ?? '';
  const quiet = [...args, '--no-audit', '--no-fund', '--ignore-scripts'];
  return /npm-cli\.c?js$/.test(program)
    ? run(process.execPath, [program, ...quiet], folder)
    : run('npm', quiet, folder);
}

/**
 * Installs a folder that has a lock file of its own, unless it is as that says; nobody who only starts Doorward downloads
 * what is in there. Rejects with npm's words when it cannot.
 */
export async function ensureFolder(folder: string): Promise<void> {
  const stamp = join(folder, 'node_modules', '.stamp');
  const lock = await readFile(join(folder, 'package-lock.json'), 'utf8');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === lock) return;
  await npm(['ci', '--include=dev', '--include=optional'], folder);
  await writeFile(stamp, lock);
}

/** Has npm keep in another folder to what this work tree lays down for installations: settled releases, no scripts. */
export const takeNpmRules = (folder: string): Promise<void> =>
  copyFile(join(root, '.npmrc'), join(folder, '.npmrc'));
