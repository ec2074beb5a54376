import { expect, test } from 'vitest';
import { acceptsGzip } from '../../src/protocol/accept-encoding.ts';

test.each([
  ['gzip', true],
  ['gzip, deflate, br, zstd', true],
  ['br;q=1, GZIP ; q=0.5', true],
  ['x-gzip', true],
  ['*', true],
  ['*;q=0.1, br', true],
  ['gzip;q=0', false],
  ['gzip;q=0.000, *', false],
  ['*;q=0', false],
  ['br, deflate', false],
  ['identity', false],
  ['gzip;q=2', false],
  ['gzip;level=9', false],
  ['gzippy', false],
  ['', false],
  [null, false],
])('RFC 9110 §12.5.3: %j takes gzip: %s', (header, expected) => {
  expect(acceptsGzip(header)).toBe(expected);
});
