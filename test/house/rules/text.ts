/** What must not stand in any file, whatever its language. */
import type { TextFile } from '../tree.ts';

const leftForLater = /\b(?:TO[D]O|FIX[M]E|X{3}|HAC[K])\b/g;
const machinePath = /(?<![\w.$)}\]-])\/(?:work|home|root|tmp|Users)\/\w/g;
const registry = /\bregistry\.(?:npmjs|yarnpkg)\b|\bnpmmirror\b|\bverdaccio\b|\bartifactory\b/gi;
const unrun = /\.(?:skip|only|todo|fails|skipIf|runIf)\(|\b(?:xit|xtest|xdescribe|fit|fdescribe)\(/g;

const find = (file: TextFile, pattern: RegExp): string[] =>
  [...file.text.matchAll(pattern)].map(
    (match) => `${file.path}:${file.text.slice(0, match.index).split('\n').length} ${match[0]}`,
  );

/** Marks of work put off. */
export const putOff = (file: TextFile): string[] => find(file, leftForLater);

/** Absolute paths of one machine, and hosts of registries. */
export const tiedToOnePlace = (file: TextFile): string[] => [
  ...find(file, machinePath),
  ...find(file, registry),
];

/** Tests that do not run, or that keep the others from running. */
export const unrunTests = (file: TextFile): string[] =>
  file.path.endsWith('.test.ts') ? find(file, unrun) : [];
