/**
 * An empty project into which the tarballs are installed, as by somebody who has never seen this work tree.
 */
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm, root, takeNpmRules } from './command.ts';
import { packAll } from './tarball.ts';

/** A project with the three packages installed. */
export interface Project {
  readonly folder: string;
  remove(): Promise<void>;
}

/** What a program of this project needs beside the packages: a socket for the server, and the frameworks of the adapters. */
const beside = ['@hono/node-server', 'hono', 'express', 'fastify', '@types/express', '@types/node'];

/** Packs the three, makes the project outside of the work tree, installs, and copies the programs into it. */
export async function installedProject(): Promise<Project> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'doorward-installed-')));
  const remove = (): Promise<void> => rm(folder, { recursive: true });
  try {
    await install(folder);
    for (const name of ['consumer', 'suites'])
      await cp(fileURLToPath(new URL(name, import.meta.url)), join(folder, name), { recursive: true });
    await writeSnippets(folder);
  } catch (thrown) {
    await remove();
    throw thrown;
  }
  return { folder, remove };
}

async function install(folder: string): Promise<void> {
  const { server, guard, client } = await packAll(join(folder, 'tarballs'));
  const dependencies: Record<string, string> = {
    doorward: `file:${server.path}`,
    '@doorward/guard': `file:${guard.path}`,
    '@doorward/client': `file:${client.path}`,
  };
  for (const name of beside) dependencies[name] = await versionOf(name);
  const manifest = { name: 'consumer', private: true, type: 'module', dependencies };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await takeNpmRules(folder);
  await npm(['install', '--prefer-offline'], folder);
}

/** The version that the work tree has installed. */
async function versionOf(name: string): Promise<string> {
  const { version } = JSON.parse(
    await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8'),
  ) as { version: string };
  return version;
}

/** Every TypeScript block of the packages' READMEs, as a program of its own. */
async function writeSnippets(folder: string): Promise<void> {
  await mkdir(join(folder, 'snippets'));
  for (const name of ['server', 'guard', 'client']) {
    const page = await readFile(join(root, 'packages', name, 'README.md'), 'utf8');
    const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
    if (blocks.length === 0) throw new Error(`the README of ${name} shows no program`);
    for (const [at, [, block = '']] of blocks.entries())
      await writeFile(join(folder, 'snippets', `${name}-${at}.ts`), block);
  }
}
