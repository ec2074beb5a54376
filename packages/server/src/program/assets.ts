/**
 * The files of other packages that our pages load. A fixed list: no name from outside ever becomes a path.
 */
import { readFile } from 'node:fs/promises';
import type { Asset } from '../pages/assets.ts';

/** Where they lie and what they are. */
const shipped: ReadonlyMap<string, { readonly find: () => string; readonly mediaType: string }> = new Map([
  [
    'swagger-ui.css',
    {
      find: () => import.meta.resolve('swagger-ui-dist/swagger-ui.css'),
      mediaType: 'text/css; charset=utf-8',
    },
  ],
  [
    'swagger-ui-bundle.js',
    {
      find: () => import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js'),
      mediaType: 'text/javascript; charset=utf-8',
    },
  ],
]);

/** Reads the files, each at its first use; undefined for a name that is not on the list. */
export function createAssets(): (name: string) => Promise<Asset | undefined> {
  const read = new Map<string, Asset>();
  return async (name) => {
    const known = read.get(name);
    const place = shipped.get(name);
    if (known || !place) return known;
    const { asset } = await import('../pages/assets.ts');
    const made = asset(await readFile(new URL(place.find())), place.mediaType);
    read.set(name, made);
    return made;
  };
}
