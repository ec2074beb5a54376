/** Where files stand and what they are called. */

const hollow = new Set(['util', 'utils', 'helper', 'helpers', 'misc', 'manager', 'managers']);
const subjects = new Set([
  'accounts',
  'sessions',
  'tokens',
  'oauth',
  'authorize',
  'clients',
  'factors',
  'keys',
  'admin',
  'mail',
  'dev',
  'upstream',
]);

/** Folders that a floor has beside the subjects. */
const own: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  http: ['account'],
  store: ['conformance', 'migrations', 'postgres', 'sqlite'],
  pages: ['console', 'account', 'docs', 'words', 'mails'],
  program: ['commands', 'configuration', 'doctor', 'logs', 'serving'],
};

/** Parts of a path whose names say nothing: `utils`, `helpers`, `misc`, a `manager`, `common`. */
export const hollowNames = (paths: readonly string[]): string[] =>
  paths.filter((path) =>
    path.split('/').some((part) => {
      const words = part.replace(/\..*$/, '').split('-');
      return words.some((word) => hollow.has(word)) || words.at(-1) === 'common';
    }),
  );

/** Files called index.ts anywhere but at the public door of a package. */
export const hiddenDoors = (paths: readonly string[]): string[] =>
  paths.filter((path) => /(?:^|\/)index\.ts$/.test(path) && !/^packages\/[^/]+\/src\/index\.ts$/.test(path));

/** Source files more than two folders below their package's src. */
export const tooDeep = (paths: readonly string[]): string[] =>
  paths.filter((path) => /^packages\/[^/]+\/src\/(?:[^/]+\/){3,}/.test(path));

/** Folders of a floor that bear the name of no subject. */
export function strangeSubjects(paths: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    const [, folder = '', floor = '', subject = ''] =
      /^(packages\/server\/src\/([^/]+)\/([^/]+))\//.exec(path) ?? [];
    const allowed = own[floor];
    if (allowed && !allowed.includes(subject) && !subjects.has(subject)) folders.add(folder);
  }
  return [...folders];
}
