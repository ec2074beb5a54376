import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import {
  type ConfigurationLayers,
  ConfigurationRefused,
  loadConfiguration,
} from '../../../src/program/configuration/configuration.ts';
import {
  configurationTable,
  environmentName,
} from '../../../src/program/configuration/configuration-table.ts';

function faultsOf(layers: ConfigurationLayers): readonly string[] {
  try {
    loadConfiguration(layers);
    return [];
  } catch (thrown) {
    if (thrown instanceof ConfigurationRefused) return thrown.faults;
    throw thrown;
  }
}

test('flags beat the environment, and that beats the file', () => {
  const layers = {
    file: { port: 1, host: 'a', signUp: 'closed' },
    environment: { DOORWARD_PORT: '2', DOORWARD_HOST: 'b' },
  };
  const { values, sources } = loadConfiguration({ ...layers, flags: { port: '3' } });
  expect(values).toMatchObject({ port: 3, host: 'b', signUp: 'closed', workers: 1 });
  expect(sources).toMatchObject({ port: 'flag', host: 'environment', signUp: 'file', workers: 'default' });
});

test('all problems are told at once, and each names where it stands', () => {
  const faults = faultsOf({
    file: { nix: 1, sessionIdle: 'long' },
    environment: { DOORWARD_PORT: '70000', DOORWARD_ISSUER: 'http://id.example.com', DOORWARD_PROT: '1' },
    flags: { workers: 0 },
  });
  expect(faults).toHaveLength(6);
  for (const name of ['nix', 'sessionIdle', 'DOORWARD_PORT', 'DOORWARD_ISSUER', 'DOORWARD_PROT', 'workers'])
    expect(faults.join('\n')).toContain(name);
});

test('other variables of the environment are nobody’s business', () => {
  expect(faultsOf({ environment: { PATH: '/bin', DOORWARD_CONFIG: 'a.json' } })).toEqual([]);
});

test('a number says its unit and its range when it is refused', () => {
  expect(faultsOf({ flags: { accessToken: 5 } })[0]).toContain('seconds from 10 to 86400');
  expect(faultsOf({ flags: { bodyLimit: 5 } })[0]).toContain('bytes from 1024 to 1048576');
  for (const wrong of ['', '1.5', '-1', '1e3', ' 80', '0x50', NaN, null, true, [80]])
    expect(faultsOf({ flags: { port: wrong } })).toHaveLength(1);
});

test.each([
  ['https://id.example.com/', 'trailing slash'],
  ['https://id.example.com/auth', 'without path'],
  ['http://id.example.com', 'https'],
  ['ftp://id.example.com', 'address'],
  ['id.example.com', 'address'],
])('the issuer %s is refused', (issuer, words) => {
  expect(faultsOf({ flags: { issuer } })[0]).toContain(words);
});

test.each([
  'https://id.example.com',
  'https://id.example.com:8443',
  'http://localhost:3000',
  'http://127.0.0.1:80'.replace(':80', ':8080'),
  'http://[::1]:3000',
])('the issuer %s is taken', (issuer) => {
  expect(faultsOf({ flags: { issuer } })).toEqual([]);
});

describe('settings that contradict each other are refused', () => {
  test.each([
    [{ sessionIdle: 7200, sessionAbsolute: 3600 }, 'sessionIdle'],
    [{ keyPublishAhead: 7200, keyActive: 3600 }, 'keyPublishAhead'],
    [{ trustedProxies: '10.0.0.0/8,nowhere' }, 'trustedProxies'],
    [{ masterKey: 'short' }, 'masterKey'],
    [{ outgoingAllow: 'app.internal:8443,app.internal' }, 'outgoingAllow: "app.internal"'],
  ])('%o', (flags, name) => {
    expect(faultsOf({ flags }).join()).toContain(name);
  });
});

test('LOG-01: a master key prints as a constant, and its problem does not repeat it', () => {
  const masterKey = Buffer.alloc(32, 7).toString('base64url');
  const { values } = loadConfiguration({ environment: { DOORWARD_MASTER_KEY: masterKey } });
  expect(values.masterKey).toBeInstanceOf(Secret);
  expect(JSON.stringify(values)).not.toContain(masterKey);
  expect(faultsOf({ environment: { DOORWARD_MASTER_KEY: 'canary-canary' } }).join()).not.toContain('canary');
});

test('lists come as texts with commas or as arrays', () => {
  const read = (passwordWords: unknown) =>
    loadConfiguration({ flags: { passwordWords } }).values.passwordWords;
  expect(read('acme, orbit,')).toEqual(['acme', 'orbit']);
  expect(read(['acme'])).toEqual(['acme']);
  expect(faultsOf({ flags: { passwordWords: [1] } })).toHaveLength(1);
});

test('every default passes its own check', () => {
  const defaults = Object.entries(configurationTable).filter(([, { fallback }]) => fallback !== undefined);
  expect(
    faultsOf({ flags: Object.fromEntries(defaults.map(([name, { fallback }]) => [name, fallback])) }),
  ).toEqual([]);
});

test('no two settings share an environment name', () => {
  const names = Object.keys(configurationTable).map(environmentName);
  expect(new Set(names).size).toBe(names.length);
  expect(environmentName('sessionIdle')).toBe('DOORWARD_SESSION_IDLE');
});
