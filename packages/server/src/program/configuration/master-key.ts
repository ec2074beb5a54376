/**
 * The master key: from the configuration, or from a file in the data folder that only its owner can read, made at the
 * first start.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBase64url, toBase64url } from '../../base/bytes.ts';
import { Secret } from '../../base/secret.ts';

const length = 32;

/** Where it is kept unless it is given. */
export const masterKeyPath = (dataFolder: string): string => join(dataFolder, 'master.key');

/** Reads the master key, or makes it. Throws when the file holds something else. */
export function readMasterKey(dataFolder: string, configured: Secret | undefined): Secret<Uint8Array> {
  if (configured) return parse(configured.reveal(), 'the configured masterKey');
  const path = masterKeyPath(dataFolder);
  if (!existsSync(path)) make(path);
  chmodSync(path, 0o600);
  return parse(readFileSync(path, 'utf8').trim(), path);
}

/** Written aside and linked into place: of two processes that start at once, both end up with the same key. */
function make(path: string): void {
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, `${toBase64url(randomBytes(length))}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(aside, path);
  } catch (thrown) {
    if (!existsSync(path)) throw thrown;
  } finally {
    unlinkSync(aside);
  }
}

function parse(text: string, where: string): Secret<Uint8Array> {
  const key = fromBase64url(text);
  if (key?.byteLength !== length)
    throw new Error(`${where} is not a master key: 32 bytes in base64url are needed.`);
  return new Secret(key);
}
