/**
 * The files of other packages that our pages load, copied into this package by its build. A fixed list: no name from
 * outside ever becomes a path.
 */
import { readFile } from 'node:fs/promises';
import type { Asset } from '../pages/assets.ts';

// src/program and dist/program lie equally deep in the package.
const shipped = new URL('../../dist/assets/swagger-ui-dist/', import.meta.url);

/** What they are. */
const mediaTypes: ReadonlyMap<string, string> = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
]);

/**
 * Reads the files, each at its first use; undefined for a name that is not on the list. A file that cannot be read is
 * undefined too, and `report` is told of it once: a source tree that was not built has none.
 */
export function createAssets(
  report: (thrown: unknown) => void,
  folder = shipped,
): (name: string) => Promise<Asset | undefined> {
  const read = new Map<string, Asset>();
  const missed = new Set<string>();
  return async (name) => {
    const known = read.get(name);
    const mediaType = mediaTypes.get(name);
    if (known || !mediaType) return known;
    try {
      const content = await readFile(new URL(name, folder));
      const { asset } = await import('../pages/assets.ts');
      const made = asset(content, mediaType);
      read.set(name, made);
      return made;
    } catch (thrown) {
      if (!missed.has(name)) report(missing(name, thrown));
      missed.add(name);
      return undefined;
    }
  };
}

const missing = (name: string, cause: unknown): Error =>
  new Error(
    `/docs has no reference: ${name} cannot be read (${String(cause)}). "npm run build" makes it in a source tree; elsewhere, install the package again.`,
    { cause },
  );
