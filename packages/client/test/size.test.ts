import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));

/** Every import that the file makes, directly or through others. */
function reached(path: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const [, name = ''] of readFileSync(path, 'utf8').matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'/g)) {
    if (name.startsWith('.')) reached(resolve(dirname(path), name), seen);
    else seen.add(name);
  }
  return seen;
}

test('the client is at most 6 KB, minified and packed', async () => {
  const bundle = await rolldown({ input: `${src}index.ts`, platform: 'neutral' });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  expect(output).toHaveLength(1);
  expect(output[0].imports).toEqual([]);
  expect(gzipSync(output[0].code, { level: 9 }).length).toBeLessThanOrEqual(6 * 1024);
});

test.each(['index.ts', 'testing.ts'])(
  '%s reaches nothing outside: it runs wherever there is fetch',
  (door) => {
    expect([...reached(`${src}${door}`)].filter((name) => !name.startsWith(src))).toEqual([]);
  },
);

test('the rule notices what it is for', () => {
  expect([...reached(`${src}file.ts`)]).toContain('node:fs/promises');
});
