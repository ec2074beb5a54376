import { describe, expect, test } from 'vitest';
import { anchorOf, deadLinks, journeysOf, missingFiles } from './rules/links.ts';
import { exists, read, textFiles } from './tree.ts';

const pages = textFiles().filter(({ path }) => path.endsWith('.md'));
const architecture = () => ({ path: 'ARCHITECTURE.md', text: read('ARCHITECTURE.md') });

test('relative links in all pages lead somewhere', () => {
  expect(pages.flatMap((page) => deadLinks(page, pages, exists))).toEqual([]);
});

describe('ARCHITECTURE.md', () => {
  test('names files that are there', () => {
    expect(missingFiles(architecture(), exists)).toEqual([]);
  });

  test('tells the journeys, each in at most five files', () => {
    const journeys = journeysOf(architecture().text);
    expect(journeys.map(({ name }) => name.toLowerCase())).toEqual(
      expect.arrayContaining(['sign in', 'carry', 'refresh', 'sign out', 'verify']),
    );
    expect(journeys.filter(({ files }) => new Set(files).size > 5)).toEqual([]);
  });
});

test('the rules notice what they are for', () => {
  const page = {
    path: 'docs/a.md',
    text: '# The end\n[a](b.md) [c](#the-end) [d](#gone) [e](https://x.example)',
  };
  expect(deadLinks(page, [page], (path) => path === 'docs/a.md')).toEqual([
    'docs/a.md: b.md',
    'docs/a.md: #gone',
  ]);
  expect(anchorOf('`npm start`: what it does')).toBe('npm-start-what-it-does');
  expect(
    missingFiles({ path: 'A.md', text: '`domain/a.ts` `b.ts`' }, (path) => path.endsWith('src/domain/a.ts')),
  ).toEqual(['b.ts']);
  expect(journeysOf('1. **refresh** `a.ts` →\n   `b.ts`\n2. **other** words')).toEqual([
    { name: 'refresh', files: ['a.ts', 'b.ts'] },
  ]);
});
