/** The commands of the README, one after the other, each with the status that stands behind it. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { curlRequest, shellLines, shellWords } from '../../../test/kit/documents.ts';
import { basic } from './caller.ts';
import { inFolder, type Started, start } from './systems.ts';

const page = new URL('../README.md', import.meta.url);

/** What `curl` keeps in files: a cookie each. */
type Jars = Map<string, string>;

/** Turns options of curl that the kit does not know into those that it does. */
function plainCurl(words: readonly string[], jars: Jars): { request: Request; jar: string | undefined } {
  const plain: string[] = [];
  const form: string[] = [];
  let jar: string | undefined;
  for (let at = 0; at < words.length; at += 1) {
    const [word = '', value = ''] = words.slice(at);
    if (!['-i', '-c', '-b', '-d', '-u'].includes(word)) {
      plain.push(word);
      continue;
    }
    if (word === '-i') continue;
    at += 1;
    if (word === '-c') jar = value;
    if (word === '-b') plain.push('-H', `cookie: ${value.includes('=') ? value : (jars.get(value) ?? '')}`);
    if (word === '-d') form.push(value);
    if (word === '-u') plain.push('-H', `authorization: ${basic(...split(value))}`);
  }
  if (form.length > 0)
    plain.push('-d', form.join('&'), '-H', 'content-type: application/x-www-form-urlencoded');
  return { request: curlRequest(plain), jar };
}

const split = (pair: string): [string, string] => {
  const colon = pair.indexOf(':');
  return [pair.slice(0, colon), pair.slice(colon + 1)];
};

/** Sends what a line says to where the program listens; the status, and what it should have been. */
async function call(
  line: string,
  { origin }: Started,
  jars: Jars,
): Promise<{ status: number; told: number }> {
  const [, command = '', told] = /^(.*) # (\d{3})$/.exec(line) ?? [];
  const { request, jar } = plainCurl(shellWords(command, {}), jars);
  const moved = new Request(request.url.replace('http://localhost:5000', origin), request);
  const response = await fetch(moved);
  await response.text();
  const [pair = ''] = response.headers.get('set-cookie')?.split(';') ?? [];
  if (jar !== undefined) jars.set(jar, pair.endsWith('=') ? '' : pair);
  return { status: response.status, told: Number(told) };
}

test(
  'every command answers what the README says',
  () =>
    inFolder(async (folder) => {
      const jars: Jars = new Map();
      let system: Started | undefined;
      const done: string[] = [];
      for (const line of await shellLines(page)) {
        const words = shellWords(line, {});
        if (words.includes('npm')) {
          await system?.stop();
          const variables = words
            .slice(0, words.indexOf('npm'))
            .map((word) => word.split('=') as [string, string]);
          system = await start(folder, Object.fromEntries(variables));
        } else if (words[0] === 'cp') {
          jars.set(words[2] ?? '', jars.get(words[1] ?? '') ?? '');
        } else if (system) {
          const { status, told } = await call(line, system, jars);
          expect(status, line).toBe(told);
        }
        done.push(words[0] ?? '');
      }
      expect(done.filter((word) => word === 'curl').length).toBeGreaterThan(20);
      await system?.stop();
    }),
  60_000,
);

test('"npm start" starts what the tests start', async () => {
  const { scripts } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect(scripts['start']).toBe('node src/server.ts');
});

test('the table of variables names all that are read, and no other', async () => {
  const text = await readFile(page, 'utf8');
  const table = text.slice(text.indexOf('| variable |'), text.indexOf('## Use it'));
  const named = [...table.matchAll(/`([A-Z]+_[A-Z]+)`/g)].map(([, name]) => name);
  const sources = await Promise.all(
    ['settings.ts', 'server.ts'].map((name) => readFile(new URL(`../src/${name}`, import.meta.url), 'utf8')),
  );
  const read = [...sources.join('').matchAll(/'([A-Z]+_[A-Z]+)'/g)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set([...read, 'DATA_FOLDER']));
});
