import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigurationRefused } from '../../src/program/configuration/configuration.ts';
import { type ProviderSettings, readProviders } from '../../src/program/upstream/providers.ts';

const folder = mkdtempSync(join(tmpdir(), 'doorward-providers-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'secret'), 'from a file\n');

const surroundings = {
  environment: { GOOGLE_SECRET: 'from a variable' },
  outgoingAllow: ['localhost:9000'],
};

function read(value: unknown): readonly ProviderSettings[] {
  const path = join(folder, 'providers.json');
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return readProviders(path, surroundings);
}

function faultsOf(value: unknown): string {
  try {
    read(value);
  } catch (thrown) {
    if (thrown instanceof ConfigurationRefused) return thrown.faults.join('\n');
    throw thrown;
  }
  return '';
}

test('no file is no provider', () => {
  expect(readProviders(undefined, surroundings)).toEqual([]);
});

test('a preset needs a name and a client', () => {
  const [google] = read([{ name: 'google', preset: 'google', clientId: 'one' }]);
  expect(google).toMatchObject({
    title: 'Google',
    issuer: 'https://accounts.google.com',
    scopes: ['openid', 'profile', 'email'],
  });
});

test('any other provider is told by its issuer', () => {
  const [house] = read([
    { name: 'house', title: 'Our house', issuer: 'https://id.example', clientId: 'one' },
  ]);
  expect(house).toMatchObject({ title: 'Our house', issuer: 'https://id.example', kind: 'openid' });
});

test('secrets come from a file beside it or from a variable', () => {
  const providers = read([
    { name: 'a', preset: 'google', clientId: 'one', clientSecretVariable: 'GOOGLE_SECRET' },
    { name: 'b', preset: 'github', clientId: 'one', clientSecretFile: 'secret' },
  ]);
  expect(providers.map(({ clientSecret }) => clientSecret?.reveal())).toEqual([
    'from a variable',
    'from a file',
  ]);
  expect(JSON.stringify(providers)).not.toContain('from a');
});

const good = { name: 'house', issuer: 'https://id.example', clientId: 'one' };

test.each([
  ['something that is no JSON', '[', /providers/],
  ['an object', {}, /must be a list/],
  ['an unknown member', [{ ...good, clientSecret: 'here' }], /0\.clientSecret is missing or unknown/],
  ['no client', [{ name: 'house', issuer: 'https://id.example' }], /0\.clientId/],
  ['a name that is none in addresses', [{ ...good, name: 'Our House' }], /0\.name/],
  ['a preset that nobody knows', [{ ...good, preset: 'yahoo' }], /0\.preset must be one of google/],
  ['another issuer for Google', [{ ...good, preset: 'google' }], /issuer stands fast/],
  ['no issuer', [{ name: 'house', clientId: 'one' }], /issuer must be an https address/],
  ['plain http', [{ ...good, issuer: 'http://id.example' }], /issuer must be an https address/],
  [
    'an issuer with a query',
    [{ ...good, issuer: 'https://id.example?a' }],
    /issuer must be an https address/,
  ],
  [
    'an issuer with a name in it',
    [{ ...good, issuer: 'https://a@id.example' }],
    /issuer must be an https address/,
  ],
  ['scopes without openid', [{ ...good, scopes: ['email'] }], /scopes must hold openid/],
  ['a secret that is not there', [{ ...good, clientSecretVariable: 'NOTHING' }], /clientSecret is empty/],
  ['a file that is not there', [{ ...good, clientSecretFile: 'nothing' }], /clientSecretFile cannot be read/],
  [
    'two places for one secret',
    [{ ...good, clientSecretFile: 'secret', clientSecretVariable: 'GOOGLE_SECRET' }],
    /clientSecretFile excludes/,
  ],
  ['one name twice', [good, { ...good, issuer: 'https://two.example' }], /the same name/],
  ['one issuer twice', [good, { ...good, name: 'two' }], /the same issuer/],
])('%s is refused', (_name, value, words) => {
  expect(faultsOf(value)).toMatch(words);
});

test('plain http is for places that the operator has named', () => {
  expect(faultsOf([{ ...good, issuer: 'http://localhost:9000' }])).toBe('');
});

test('all faults are told at once', () => {
  expect(
    faultsOf([
      { ...good, scopes: [] },
      { ...good, issuer: 'http://id.example' },
    ]).split('\n'),
  ).toHaveLength(3);
});
