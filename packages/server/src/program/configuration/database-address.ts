/** The address of a Postgres database, as hosts write it: one URL with everything in it. */
import { readFileSync } from 'node:fs';
import { isLoopback } from '../../base/loopback.ts';
import { Secret } from '../../base/secret.ts';
import type { PostgresAddress } from '../../store/postgres/connection.ts';

const usualPort = 5432;
/** What it may ask for beside the place. The first says how the server is proven, the second names a file of authorities. */
const known: ReadonlySet<string> = new Set(['sslmode', 'sslrootcert']);
/** Other words for TLS, which all mean here: with a certificate that is checked, for this very host. */
const checked: ReadonlySet<string> = new Set(['prefer', 'require', 'verify-ca', 'verify-full']);

/**
 * Reads an address. TLS is used, and the server's certificate checked, unless the server is on this machine or
 * `sslmode=disable` says otherwise. Throws an Error that says what is wrong and quotes nothing of it.
 */
export function addressIn(given: Secret): PostgresAddress {
  const url = URL.parse(given.reveal());
  if (!url || !/^postgres(?:ql)?:$/.test(url.protocol) || url.hostname === '')
    throw new Error('must be an address such as postgres://name:password@host:5432/database');
  const unknown = [...url.searchParams.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) throw new Error(`takes sslmode and sslrootcert, and not ${unknown}`);
  const database = decoded(url.pathname.slice(1));
  const name = decoded(url.username);
  if (database === '' || database.includes('/')) throw new Error('must name a database');
  if (name === '') throw new Error('must name who connects');
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? usualPort : Number(url.port),
    database,
    name,
    password: url.password === '' ? undefined : new Secret(decoded(url.password)),
    tls: tlsIn(url),
  };
}

function tlsIn({ hostname, searchParams }: URL): PostgresAddress['tls'] {
  const mode = searchParams.get('sslmode') ?? (isLoopback(hostname) ? 'disable' : 'verify-full');
  if (mode === 'disable') return undefined;
  if (!checked.has(mode)) throw new Error('takes for sslmode disable or verify-full');
  const file = searchParams.get('sslrootcert');
  try {
    return { authorities: file === null ? [] : [readFileSync(file, 'utf8')] };
  } catch {
    throw new Error('names a file as sslrootcert that cannot be read');
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error('must be encoded as addresses are: % as %25, @ as %40');
  }
}
