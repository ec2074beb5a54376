/** What package.json files and the lock file promise. */

/** The part of a package.json that names other packages. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const exact = /^(?:npm:(?:@[^/]+\/)?[^@]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/;

/** Dependencies whose version leaves a choice; peers are the only ones that may. */
export const looseVersions = (manifest: Manifest): string[] =>
  Object.entries({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies })
    .filter(([, version]) => !exact.test(version))
    .map(([name, version]) => `${name}: ${version}`);

/** One installed package in the lock file. */
export interface Locked {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
}

/** Entries of a lock file that name a host, or that nothing proves whole. */
export const looseLocks = (packages: Readonly<Record<string, Locked>>): string[] =>
  Object.entries(packages)
    .filter(([path]) => path.includes('node_modules/'))
    .filter(([, { resolved, integrity, link }]) => !link && (/^https?:/.test(resolved ?? '') || !integrity))
    .map(([path]) => path);
