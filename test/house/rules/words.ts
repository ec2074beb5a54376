/**
 * One concept, one word. The words to avoid and the standards' own words are read from VOCABULARY.md, so that the
 * page and the check cannot part.
 */
import ts from 'typescript';
import { at, nodes } from '../syntax.ts';
import type { Rule } from '../tree.ts';

/** Phrases in lower case, each a row of words. */
export interface Vocabulary {
  readonly avoided: readonly (readonly string[])[];
  readonly allowed: readonly (readonly string[])[];
}

/** The quoted phrases of the last cell, in the tables whose last heading is `not` or `stays`. */
export function readVocabulary(page: string): Vocabulary {
  const phrases = { not: [] as string[][], stays: [] as string[][] };
  let heading = '';
  for (const line of page.split('\n')) {
    const cells = line.startsWith('|') ? line.split('|').slice(1, -1) : [];
    if (cells.length === 0) heading = '';
    const last = cells.at(-1)?.trim() ?? '';
    if (heading === '') heading = last;
    else if (heading === 'not' || heading === 'stays')
      for (const [, phrase = ''] of last.matchAll(/`([^`]+)`/g)) phrases[heading].push(phrase.split(' '));
  }
  return { avoided: phrases.not, allowed: phrases.stays };
}

/** `currentUserId`, `current_user_id` and `CURRENT_USER_ID` as lower-case words. */
export const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

const same = (word: string | undefined, wanted: string): boolean => word === wanted || word === `${wanted}s`;

/** The places of a phrase in a row of words. */
function places(words: readonly string[], phrase: readonly string[]): number[] {
  return words.flatMap((_, start) => (phrase.every((one, i) => same(words[start + i], one)) ? [start] : []));
}

/** The avoided phrase in a name, unless it is part of a standard's own word. */
export function avoidedIn(name: string, { avoided, allowed }: Vocabulary): string | undefined {
  const words = wordsOf(name);
  const covered = new Set(
    allowed.flatMap((phrase) => places(words, phrase).flatMap((start) => phrase.map((_, i) => start + i))),
  );
  const isBare = (phrase: readonly string[]): boolean =>
    places(words, phrase).some((start) => phrase.some((_, i) => !covered.has(start + i)));
  return avoided.find(isBare)?.join(' ');
}

/** The names that a file makes; those that it only uses belong to others. */
function madeName(node: ts.Node): ts.Identifier | undefined {
  const makes =
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isBindingElement(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isPropertySignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isMethodSignature(node) ||
    ts.isMethodDeclaration(node);
  return makes && node.name && ts.isIdentifier(node.name) ? node.name : undefined;
}

/** Names made in a file, and its own, keep to the vocabulary; the protocol floor speaks as the standards do. */
export const ourWords =
  (vocabulary: Vocabulary): Rule =>
  (source) => {
    if (source.path.startsWith('packages/server/src/protocol/')) return [];
    const stem = /([^/]+)\.ts$/.exec(source.path)?.[1] ?? '';
    const own = avoidedIn(stem, vocabulary);
    const inside = [...nodes(source.tree)].flatMap((node) => {
      const name = madeName(node);
      const word = name && avoidedIn(name.text, vocabulary);
      return name && word ? [at(source, name, `${name.text}: ${word}`)] : [];
    });
    return own === undefined ? inside : [`${source.path}: ${own}`, ...inside];
  };
