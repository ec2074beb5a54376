import { describe, expect, test } from 'vitest';
import { GuardMisconfigured, type GuardOptions, readOptions } from '../src/options.ts';
import { issuer } from './forge.ts';

const faultsOf = (options: Readonly<Record<string, unknown>>): readonly string[] => {
  try {
    readOptions(options as Readonly<Record<string, unknown>> & GuardOptions);
    return [];
  } catch (thrown) {
    if (thrown instanceof GuardMisconfigured) return thrown.faults;
    throw thrown;
  }
};

test('an issuer is enough', () => {
  expect(readOptions({ issuer })).toMatchObject({
    issuer,
    audience: issuer,
    carriers: ['cookie', 'opaque', 'jwt', 'jwt-cookie', 'api-key'],
    algorithm: 'EdDSA',
    leewaySeconds: 5,
    check: 'offline',
    onFeedLoss: 'ask',
    feed: 'push',
    feedSilenceSeconds: 2,
    askCacheSeconds: 0,
    tokenCacheEntries: 10_000,
    timeoutSeconds: 3,
    origins: [issuer],
    forwardPeer: false,
    machines: false,
  });
});

test('an option that is undefined counts as not given', () => {
  expect(readOptions({ issuer, leewaySeconds: undefined }).leewaySeconds).toBe(5);
});

test('everything that is wrong is told at once, without its value', () => {
  const faults = faultsOf({ issuer: 'secret', onFeedloss: 'refuse', leewaySeconds: '5', carriers: ['jwts'] });
  expect(faults).toEqual([
    'issuer must be an https origin such as https://id.example.com',
    'there is no option "onFeedloss"',
    'leewaySeconds must be a number from 0 to 30',
    'carriers must be a list of some of cookie, opaque, jwt, jwt-cookie, api-key, basic',
  ]);
  expect(() => readOptions({ issuer: 'secret' })).toThrow(/^the guard is misconfigured: (?!.*secret)/);
});

describe('an issuer is a bare https origin', () => {
  test.each([
    'https://id.example.com',
    'http://localhost:3000',
    'http://127.0.0.1:3000',
    'http://[::1]:3000',
  ])('%s', (one) => {
    expect(faultsOf({ issuer: one })).toEqual([]);
  });
  test.each([
    'https://id.example.com/',
    'https://id.example.com/path',
    'http://id.example.com',
    'http://localhost.example.com',
    'ftp://localhost',
    'id.example.com',
    '',
    7,
    undefined,
  ])('not %j', (one) => {
    expect(faultsOf({ issuer: one })).toHaveLength(1);
  });
});

test.each<Readonly<Record<string, unknown>>>([
  { audience: '' },
  { carriers: [] },
  { carriers: 'jwt' },
  { algorithm: 'none' },
  { algorithm: 'HS256' },
  { leewaySeconds: -1 },
  { leewaySeconds: Number.NaN },
  { leewaySeconds: Number.POSITIVE_INFINITY },
  { check: 'both' },
  { doorward: {} },
  { onFeedLoss: 'pass' },
  { feed: 'off' },
  { feedSilenceSeconds: 0 },
  { askCacheSeconds: 3600 },
  { tokenCacheEntries: 1.5 },
  { timeoutSeconds: 0 },
  { origins: ['*'] },
  { origins: ['null'] },
  { origins: ['https://app.example.com/'] },
  { origins: 'https://app.example.com' },
  { forwardPeer: 'yes' },
  { fetch: 'fetch' },
  { clock: {} },
  { log: console },
  { ['__proto__x']: 1 },
  { toString: 1 },
])('%j is refused', (wrong) => {
  expect(faultsOf({ issuer, ...wrong })).toHaveLength(1);
});
