/**
 * The files of others that the server serves, copied beside its build: whoever installs the server gets these few, and
 * neither the package they come from nor the install script that comes with that one.
 */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What draws the API reference, and what its licence asks for. */
const files = [
  'swagger-ui.css',
  'swagger-ui-bundle.js',
  'swagger-ui-bundle.js.LICENSE.txt',
  'LICENSE',
  'NOTICE',
];

const home = fileURLToPath(new URL('../packages/server/dist/assets/swagger-ui-dist', import.meta.url));

/** Copies the files. Throws when they are not installed. */
export function shipFiles() {
  const installed = fileURLToPath(new URL('.', import.meta.resolve('swagger-ui-dist/package.json')));
  mkdirSync(home, { recursive: true });
  for (const file of files) copyFileSync(join(installed, file), join(home, file));
}

/** Whether all of them lie there. */
export const filesAreShipped = () => files.every((file) => existsSync(join(home, file)));
