import { expect, test } from 'vitest';
import { isLoopback } from '../../src/base/loopback.ts';

test.each(['localhost', '127.0.0.1', '127.1.2.3', '::1', '[::1]'])(
  '%s stands for this machine (RFC 6761 §6.3, RFC 1122 §3.2.1.3)',
  (host) => {
    expect(isLoopback(host)).toBe(true);
  },
);

test.each([
  '0.0.0.0',
  '::',
  '10.0.0.1',
  '128.0.0.1',
  'localhost.example',
  '127.0.0.1.example',
  '127.1',
  '',
  'id.example.com',
])('%j does not', (host) => {
  expect(isLoopback(host)).toBe(false);
});
