/** Pages that point at files: what they point at is there. */
import type { TextFile } from '../tree.ts';

/** Whether a path from the top folder leads to something. */
export type Exists = (path: string) => boolean;

const link = /\]\((?!https?:|mailto:)([^)\s]+)\)/g;

/** The anchor that a heading gets on the usual code hosts. */
export const anchorOf = (heading: string): string =>
  heading
    .replace(/`|\*|\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

/** Relative links of a page that lead nowhere; `pages` are all pages, for the anchors. */
export function deadLinks(page: TextFile, pages: readonly TextFile[], exists: Exists): string[] {
  return [...page.text.matchAll(link)].flatMap(([, to = '']) => {
    const [path = '', anchor] = to.split('#');
    const target =
      path === '' ? page.path : decodeURI(new URL(path, `file:///${page.path}`).pathname.slice(1));
    const text = pages.find((other) => other.path === target)?.text;
    const isMissing = anchor !== undefined && text !== undefined && !anchorsOf(text).includes(anchor);
    return isMissing || !exists(target) ? [`${page.path}: ${to}`] : [];
  });
}

const named = /`([\w./-]+\.ts)`/g;
const roots = ['', 'packages/', 'packages/server/', 'packages/server/src/'];

/** Files named in backticks on a page that are not there; paths may leave out the way to the server's sources. */
export const missingFiles = (page: TextFile, exists: Exists): string[] =>
  [...page.text.matchAll(named)]
    .map(([, path = '']) => path)
    .filter((path) => !roots.some((start) => exists(start + path)));

/** A journey of ARCHITECTURE.md: a numbered line with a bold name and the files in the order of reading. */
export interface Journey {
  readonly name: string;
  readonly files: readonly string[];
}

/** The journeys of a page. */
export const journeysOf = (page: string): Journey[] =>
  [...page.matchAll(/^\d+\. \*\*([^*]+)\*\*(.*(?:\n {2,}.*)*)/gm)]
    .map(([, name = '', rest = '']) => ({
      name,
      files: [...rest.matchAll(named)].map(([, path = '']) => path),
    }))
    .filter(({ files }) => files.length > 0);
