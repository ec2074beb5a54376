import { dirname } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createHandler } from '../../src/http/app.ts';
import { routes } from '../../src/http/routes.ts';
import { loadConfiguration } from '../../src/program/configuration/configuration.ts';
import { assemble } from '../../src/program/create-doorward.ts';
import { freshDatabase } from '../store/folder.ts';

test('the reference of a server without the files that draw it leads to the document', async () => {
  const { values } = loadConfiguration({ flags: { dataFolder: dirname(freshDatabase()) } });
  const { parts, close } = await assemble(values, { port: 3000 });
  onTestFinished(close);
  const handler = createHandler({ ...parts, asset: async () => undefined }, routes);
  const ask = (path: string) => handler(new Request(new URL(path, parts.site.origin)), { peer: '127.0.0.1' });
  const answer = await ask('/docs');
  expect(answer.status).toBe(200);
  const page = await answer.text();
  expect(page).toContain('<a href="/openapi.json">openapi.json</a>');
  expect(page).not.toMatch(/swagger|<noscript>/);
  for (const [, path = ''] of page.matchAll(/(?:href|src)="(\/[^"]*)"/g))
    expect([path, (await ask(path)).status]).toEqual([path, path === '/' ? 303 : 200]);
});
