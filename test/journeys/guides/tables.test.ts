import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { guardFailures } from '../../../packages/guard/src/index.ts';
import { readOptions } from '../../../packages/guard/src/options.ts';
import { metricsText } from '../../../packages/guard/src/state.ts';

const page = new URL('../../../docs/guides/protect-an-api.md', import.meta.url);
const guardSources = fileURLToPath(new URL('../../../packages/guard/src', import.meta.url));
const settings = readOptions({ issuer: 'https://id.example.com' });

/** The rows of the table on the page whose first heading is this, each as the text of its cells without backticks. */
async function tableOf(heading: string): Promise<string[][]> {
  const text = await readFile(page, 'utf8');
  const [, , ...rows] = text.slice(text.indexOf(`\n| ${heading} |`) + 1).split('\n');
  const end = rows.findIndex((row) => !row.startsWith('|'));
  return rows.slice(0, end).map((row) =>
    row
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.replaceAll('`', '')),
  );
}

test('the table of refusals says what a guard refuses, and how', async () => {
  const rows = await tableOf('status');
  expect(rows.map(([status, code]) => [Number(status), code])).toEqual(
    Object.entries(guardFailures).map(([code, { status }]) => [status, code]),
  );
  for (const [, code, , challenge = ''] of rows) {
    const kind: { readonly status: number; readonly error?: string } =
      guardFailures[code as keyof typeof guardFailures];
    expect([code, /error="(\w+)"/.exec(challenge)?.[1]]).toEqual([code, kind.error]);
  }
});

test('the table of metrics names them all, in their own words', async () => {
  const text = metricsText({
    feed: { status: 'following', revoked: 0, heardSecondsAgo: 0 },
    keys: { held: 1, ageSeconds: 0 },
    cachedTokens: 0,
    verdicts: { passed: 1 },
    linesLost: 0,
  });
  expect(await tableOf('metric')).toEqual(described(text));
});

test('the table of events names every line that the guard writes', async () => {
  const files = (await readdir(guardSources, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const sources = await Promise.all(files.map((name) => readFile(join(guardSources, name), 'utf8')));
  const lines = sources.flatMap((source) =>
    [...source.matchAll(/'(info|warn)', \{ event: '([\w-]+)'/g)].map(
      ([, level, event]) => `${event} ${level}`,
    ),
  );
  const rows = (await tableOf('event')).map(([event, level]) => `${event} ${level}`);
  expect(rows.toSorted()).toEqual(lines.toSorted());
});

test('the table of limits says what holds unless given', async () => {
  const held: Readonly<Record<string, unknown>> = { ...settings };
  const rows = await tableOf('option');
  expect(rows.map(([name, value]) => [name, value])).toEqual(
    rows.map(([name = '']) => [name, String(held[name])]),
  );
});

test('the table of a lost feed begins with what is done unless given, and has all there is', async () => {
  const names = (await tableOf('`onFeedLoss`')).map(([name = '']) => name.split(',', 1)[0] ?? '');
  expect(names[0]).toBe(settings.onFeedLoss);
  expect(names.toSorted()).toEqual(['ask', 'continue', 'refuse']);
});

/** Name, type and help of every metric in a text of Prometheus. */
function described(text: string): string[][] {
  const types = new Map([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]));
  return [...text.matchAll(/^# HELP (\w+) (.+)$/gm)].map(([, name = '', help = '']) => [
    name.replace('doorward_guard_', ''),
    types.get(name) ?? '',
    help,
  ]);
}
