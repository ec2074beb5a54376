import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createAssets } from '../../src/program/assets.ts';

const unheard = (thrown: unknown): never => {
  throw thrown;
};

test.each(['swagger-ui.css', 'swagger-ui-bundle.js'])('%s is served as it was installed', async (name) => {
  const asset = await createAssets(unheard)(name);
  const installed = fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`));
  expect(Buffer.from(asset?.content ?? '').equals(await readFile(installed))).toBe(true);
  expect(asset?.mediaType).toMatch(/^text\/(?:css|javascript); charset=utf-8$/);
});

test('no other name is a file', async () => {
  for (const name of ['LICENSE', '../../package.json', 'swagger-ui.css/', ''])
    expect(await createAssets(unheard)(name)).toBeUndefined();
});

test('a file that was not built is told of once, with what to do, and is there as soon as it is built', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'doorward-assets-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const reported: unknown[] = [];
  const asset = createAssets((thrown) => reported.push(thrown), pathToFileURL(`${folder}/`));
  expect(await asset('swagger-ui.css')).toBeUndefined();
  expect(await asset('swagger-ui.css')).toBeUndefined();
  expect(reported.map(String)).toEqual([expect.stringMatching(/swagger-ui\.css.*"npm run build"/)]);
  await writeFile(join(folder, 'swagger-ui.css'), 'body {}');
  expect(String((await asset('swagger-ui.css'))?.content)).toBe('body {}');
});
