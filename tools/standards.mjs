/*
 * Which standard is done where, and tried by what: read from the sources, whose comments cite the sections that they follow.
 * `tools/print-docs.mjs` prints it as docs/standards.md.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The names under which standards are cited, and what each is called in the page. */
const titles = [
  [/RFC (\d{3,5}(?:bis)?)/, (number) => `RFC ${number}`],
  [
    /(?:OpenID Connect )?(Core|Discovery|Registration|RP-Initiated Logout|Back-Channel Logout)(?= §)/,
    (part) => `OpenID Connect ${part}`,
  ],
  [/OAuth 2\.0 (Multiple Response Types|Form Post Response Mode)/, (part) => `OAuth 2.0 ${part}`],
  [/WHATWG (HTML|URL)/, (part) => `WHATWG ${part}`],
];

const cited = new RegExp(
  `(?:${titles.map(([pattern]) => pattern.source).join('|')})((?: §[0-9A-Z][\\w.]*(?:,? (?:and )?§[0-9A-Z][\\w.]*)*)?)`,
  'g',
);

function filesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => posix.join(...relative(root, join(entry.parentPath, entry.name)).split(/[\\/]/)))
    .filter((path) => !/(?:^|\/)(?:node_modules|dist|data)\//.test(path))
    .sort();
}

/** A comment that goes over several lines, as one. */
const joined = (text) => text.replaceAll(/\n\s*(?:\*|\/\/) ?/g, ' ');

/** What a text cites: each standard with its sections, of which one may be empty for the whole. */
export function citationsIn(text) {
  const found = [];
  for (const match of joined(text).matchAll(cited)) {
    const at = titles.findIndex((_, index) => match[index + 1] !== undefined);
    const standard = titles[at][1](match[at + 1]);
    const sections = match[titles.length + 1].match(/§[0-9A-Z][\w.]*/g) ?? [''];
    for (const section of sections) found.push({ standard, section: section.replace(/\.$/, '') });
  }
  return found;
}

const read = (path) => readFileSync(join(root, path), 'utf8');

/** The sources that a test imports, as paths from the top folder. */
const importedBy = (path, text) =>
  [...text.matchAll(/ from '(\.[^']+\.ts)'/g)].map(([, target]) => posix.join(dirname(path), target));

/** Every cited section: the sources that follow it, and the tests that try it. */
export function standards() {
  const tests = ['packages/client/test', 'packages/guard/test', 'packages/server/test', 'test']
    .flatMap(filesIn)
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => {
      const text = read(path);
      const cites = new Set(citationsIn(text).map(({ standard, section }) => `${standard} ${section}`));
      return { path, cites, imports: new Set(importedBy(path, text)) };
    });
  const sections = new Map();
  for (const path of ['packages/client/src', 'packages/guard/src', 'packages/server/src'].flatMap(filesIn))
    for (const { standard, section } of citationsIn(read(path))) {
      const key = `${standard} ${section}`;
      const row = sections.get(key) ?? { standard, section, sources: new Set() };
      row.sources.add(path);
      sections.set(key, row);
    }
  return [...sections.entries()].map(([key, { standard, section, sources }]) => {
    const naming = tests.filter(({ cites }) => cites.has(key));
    const calling = tests.filter(({ imports }) => [...sources].some((source) => imports.has(source)));
    // A test that names the section says more than one that happens to use the file.
    const tried = (naming.length > 0 ? naming : calling).map(({ path }) => path);
    return { standard, section, sources: [...sources], tests: tried };
  });
}
