/**
 * The work tree as the house checks see it: which files there are, and the parsed sources among them. Rules are
 * pure functions of what this file hands out, so that each can be tried on an invented source as well.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A file: its path from the top folder, with `/`, and its text. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** A TypeScript or JavaScript file and its syntax tree; parents are set. */
export interface Source extends TextFile {
  readonly tree: ts.SourceFile;
}

/** One rule: everything in a source that breaks it, each as `path:line what`. */
export type Rule = (source: Source) => readonly string[];

const notOurs = new Set(['node_modules', 'dist', 'data', '.git', '.data', 'coverage', 'package-lock.json']);
const text = /\.(?:ts|mjs|js|json|md|css|html|sql|ya?ml|sh)$|(?:^|\/)(?:LICENSE|run|\.npmrc|\.gitignore)$/;

function walk(folder: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (notOurs.has(entry.name)) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...walk(path));
    else if (entry.isFile()) found.push(path);
  }
  return found.sort();
}

/** Paths of all files of the tree but installed, built and run-time ones. */
export const allPaths = (): string[] => walk('');

/** All files that hold text, read. */
export const textFiles = (): TextFile[] =>
  allPaths()
    .filter((path) => text.test(path))
    .map((path) => ({ path, text: read(path) }));

/** The text of a file by its path from the top folder. */
export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Whether a path from the top folder leads to a file or folder. */
export const exists = (path: string): boolean => existsSync(join(root, path));

/** Parses an invented or a real file. */
export function parse(path: string, content: string): Source {
  const kind = path.endsWith('.ts') ? ts.ScriptKind.TS : ts.ScriptKind.JS;
  return {
    path,
    text: content,
    tree: ts.createSourceFile(path, content, ts.ScriptTarget.Latest, true, kind),
  };
}

const kinds = {
  /** What is published. */
  src: /^packages\/[^/]+\/src\/.+\.ts$/,
  /** The five systems, and what they share. */
  examples: /^examples\/[^/]+\/src\/.+\.ts$/,
  /** Tests of every kind, with their kits. */
  tests: /^(?:(?:packages|examples)\/[^/]+\/test|test)\/.+\.ts$/,
  /** Whatever runs beside the product. */
  tools: /^(?:tools\/.+\.mjs|bench\/.+\.(?:ts|mjs)|ops\/.+\.ts|[^/]+\.ts)$/,
} as const;

/** Which part of the tree a rule is about. */
export type Kind = keyof typeof kinds;

/** The parsed sources of the given parts. */
export const sources = (...wanted: readonly Kind[]): Source[] =>
  allPaths()
    .filter((path) => wanted.some((kind) => kinds[kind].test(path)))
    .map((path) => parse(path, read(path)));

/** What breaks a rule in the given parts of the tree. */
export const breaches = (rule: Rule, ...where: readonly Kind[]): string[] =>
  sources(...where).flatMap((source) => rule(source));

/** What breaks a rule in an invented file; for the test of the rule itself. */
export const breachesIn = (rule: Rule, path: string, content: string): readonly string[] =>
  rule(parse(path, content));
