/**
 * The three packages as npm would publish them, and what is inside.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { npm, root } from './command.ts';

/** The published packages, by the names of their folders. */
export const published = {
  server: 'doorward',
  guard: '@doorward/guard',
  client: '@doorward/client',
} as const;

/** The name of a package's folder. */
export type Published = keyof typeof published;

/** A packed package: where it lies and its files by their paths. */
export interface Tarball {
  readonly path: string;
  readonly packed: Uint8Array<ArrayBuffer>;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Builds what changed and packs the three into a folder. */
export async function packAll(folder: string): Promise<Readonly<Record<Published, Tarball>>> {
  const tool: { ensureBuilt(options: { quiet: boolean }): Promise<void> } = await import(
    new URL('../../tools/setup.mjs', import.meta.url).href
  );
  await tool.ensureBuilt({ quiet: true });
  await mkdir(folder, { recursive: true });
  const sources = Object.keys(published).map((name) => `./packages/${name}`);
  await npm(['pack', ...sources, '--pack-destination', folder], root);
  const open = async (name: Published): Promise<Tarball> => {
    const path = join(folder, await tarballName(name));
    const packed = new Uint8Array(await readFile(path));
    return { path, packed, files: filesOf(gunzipSync(packed)) };
  };
  return { server: await open('server'), guard: await open('guard'), client: await open('client') };
}

async function tarballName(name: Published): Promise<string> {
  const manifest: { version: string } = JSON.parse(
    await readFile(join(root, 'packages', name, 'package.json'), 'utf8'),
  );
  return `${published[name].replace('@', '').replace('/', '-')}-${manifest.version}.tgz`;
}

/** Bytes of a record: files begin at whole ones, each behind a header of one. */
const block = 512;

/** Reads a tar archive (POSIX ustar): headers with name, size in octal digits and kind, each followed by its content. */
function filesOf(archive: Buffer): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const field = (from: number, length: number): string =>
    archive.toString('latin1', from, from + length).replace(/\0.*$/s, '');
  for (let at = 0; at + block <= archive.length && archive[at] !== 0; ) {
    const [name, prefix] = [field(at, 100), field(at + 345, 155)];
    const size = Number.parseInt(field(at + 124, 12), 8);
    if (field(at + 156, 1) !== '0') throw new Error(`${name} is no plain file`);
    const path = prefix === '' ? name : `${prefix}/${name}`;
    files.set(path.replace(/^package\//, ''), archive.subarray(at + block, at + block + size));
    at += block + Math.ceil(size / block) * block;
  }
  return files;
}
