/**
 * The files of other packages that our pages load, copied into this package by its build. A fixed list: no name from
 * outside ever becomes a path.
 */
import { readFile } from 'node:fs/promises';
import type { Asset } from '../pages/assets.ts';

// src/program and dist/program lie equally deep in the package.
const folder = new URL('../../dist/assets/swagger-ui-dist/', import.meta.url);

/** What they are. */
const mediaTypes: ReadonlyMap<string, string> = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
]);

/** Reads the files, each at its first use; undefined for a name that is not on the list. */
export function createAssets(): (name: string) => Promise<Asset | undefined> {
  const read = new Map<string, Asset>();
  return async (name) => {
    const known = read.get(name);
    const mediaType = mediaTypes.get(name);
    if (known || !mediaType) return known;
    const { asset } = await import('../pages/assets.ts');
    const made = asset(await readFile(new URL(name, folder)), mediaType);
    read.set(name, made);
    return made;
  };
}
