import { expect, test } from 'vitest';
import { readSettings, writeSettings } from '../../src/store/clients/client-settings.ts';
import { client } from '../../src/store/conformance/oauth-samples.ts';
import { now } from './folder.ts';

const text = writeSettings(client(1, now));
const changed = (change: object): string => JSON.stringify({ ...JSON.parse(text), ...change });

test('settings are written without what stands in columns, and read as they were', () => {
  const settings = readSettings(text);
  expect({ ...client(1, now), ...settings }).toEqual(client(1, now));
  expect(settings).toMatchObject({ scopes: ['openid', 'profile'], requirePkce: true });
  for (const column of ['id', 'name', 'status', 'createdAt', 'updatedAt'])
    expect(settings).not.toHaveProperty(column);
});

test.each([
  ['a setting that nobody knows', changed({ trusted: true })],
  ['a setting of another type', changed({ requirePkce: 'false' })],
  ['a value that nobody decided on', changed({ authentication: 'client_secret_jwt' })],
  ['a missing setting', changed({ requirePkce: undefined })],
  ['keys that are no objects', changed({ jwks: { keys: ['key'] } })],
  ['no object at all', '[]'],
])('a row with %s is a broken database and no client', (_, broken) => {
  expect(() => readSettings(broken)).toThrow(TypeError);
});
