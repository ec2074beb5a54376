/** The programs that a cluster is made of, all of them Debian's. They are looked for, and never installed by us. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where the programs of Postgres are on Debian 12. */
export const postgresPrograms = '/usr/lib/postgresql/15/bin';

/** Each program, and the package that brings it. */
const needed: readonly (readonly [program: string, debian: string])[] = [
  ['patroni', 'patroni'],
  ['patronictl', 'patroni'],
  ['etcd', 'etcd-server'],
  ['haproxy', 'haproxy'],
  ['pgbouncer', 'pgbouncer'],
  ['postgres', 'postgresql-15'],
  ['pg_basebackup', 'postgresql-client-15'],
];

const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', postgresPrograms];

/** Patroni speaks to etcd by a library that its package only recommends. */
const library = { path: '/usr/lib/python3/dist-packages/etcd', debian: 'python3-etcd' };

/** All packages that a cluster takes. */
export const neededPackages: readonly string[] = [
  ...new Set([...needed.map(([, debian]) => debian), library.debian]),
];

/** The path of a program; undefined when the machine does not have it. */
export function programAt(name: string): string | undefined {
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** The packages that this machine does not have; none when a cluster can be started. */
export function missingPackages(): string[] {
  const missing = needed.filter(([program]) => !programAt(program)).map(([, debian]) => debian);
  return [...new Set([...missing, ...(existsSync(library.path) ? [] : [library.debian])])];
}

/** What to tell somebody whose machine lacks packages. */
export const installationOf = (missing: readonly string[]): string =>
  `This needs Debian packages that are not here: ${missing.join(', ')}.
Install them with:

  apt-get update && apt-get install --no-install-recommends ${missing.join(' ')}

Debian starts some of them as services of the machine at once. They are not used here: stop them with
"systemctl disable --now patroni etcd haproxy pgbouncer postgresql", or keep them from starting before (policy-rc.d).`;
