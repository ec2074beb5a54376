/**
 * Running what the documents say: their shell blocks, read as a shell reads words, their curl calls sent as curl sends
 * them. A machine that runs the tests need not have curl.
 */
import { readFile } from 'node:fs/promises';

/** The lines of the `sh` blocks of a Markdown page. */
export async function shellLines(page: URL): Promise<string[]> {
  const text = await readFile(page, 'utf8');
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)];
  return blocks.flatMap(([, block = '']) => block.split('\n').filter((line) => line !== ''));
}

/** Splits a line into words: single quotes, double quotes with `\"` and `$NAME`, nothing else of a shell. */
export function shellWords(line: string, variables: Readonly<Record<string, string>>): string[] {
  const resolve = (text: string): string =>
    text.replace(/\\"/g, '"').replace(/\$([A-Z]+)/g, (_, name: string) => variables[name] ?? '');
  const words = line.match(/(?:'[^']*'|"(?:\\"|[^"])*"|[^\s'"])+/g) ?? [];
  return words.map((word) =>
    word.replace(
      /'([^']*)'|"((?:\\"|[^"])*)"/g,
      (_, single?: string, double?: string) => single ?? resolve(double ?? ''),
    ),
  );
}

/** The request that a curl call sends. Throws for an option that it does not know, so that no call is half understood. */
export function curlRequest(words: readonly string[]): Request {
  const [program, ...rest] = words;
  if (program !== 'curl') throw new Error(`not a curl call: ${words.join(' ')}`);
  const headers = new Headers({ accept: '*/*' });
  let address = '';
  let method: string | undefined;
  let body: string | undefined;
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] ?? '';
    const value = (): string => rest[(at += 1)] ?? '';
    if (word === '-X') method = value();
    else if (word === '-H') {
      const [name = '', ...more] = value().split(': ');
      headers.set(name, more.join(': '));
    } else if (word === '--json') {
      body = value();
      headers.set('content-type', 'application/json');
      headers.set('accept', 'application/json');
    } else if (word === '-d') {
      body = value();
      if (!headers.has('content-type')) headers.set('content-type', 'application/x-www-form-urlencoded');
    } else if (word.startsWith('-')) throw new Error(`unknown option of curl: ${word}`);
    else address = word;
  }
  return new Request(address, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers,
    body: body ?? null,
  });
}
