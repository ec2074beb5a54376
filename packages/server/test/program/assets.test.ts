import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createAssets } from '../../src/program/assets.ts';

test.each(['swagger-ui.css', 'swagger-ui-bundle.js'])('%s is served as it was installed', async (name) => {
  const asset = await createAssets()(name);
  const installed = fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`));
  expect(Buffer.from(asset?.content ?? '').equals(await readFile(installed))).toBe(true);
  expect(asset?.mediaType).toMatch(/^text\/(?:css|javascript); charset=utf-8$/);
});

test('no other name is a file', async () => {
  for (const name of ['LICENSE', '../../package.json', 'swagger-ui.css/', ''])
    expect(await createAssets()(name)).toBeUndefined();
});
