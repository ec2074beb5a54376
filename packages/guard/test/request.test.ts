import { expect, test } from 'vitest';
import { readIncoming, readRequest } from '../src/request.ts';
import { request } from './forge.ts';

test('a web request and a guard request read alike', () => {
  const web = readRequest(
    new Request('https://api.example.com', { method: 'PUT', headers: { Origin: 'https://a.example' } }),
  );
  expect([web.method, web.header('origin'), web.header('cookie')]).toEqual([
    'PUT',
    'https://a.example',
    undefined,
  ]);
  const own = request({ origin: 'x' });
  expect(readRequest(own)).toBe(own);
});

test('GRD-07: a header that came twice is read twice', () => {
  const rawHeaders = [
    'Authorization',
    'Bearer a',
    'COOKIE',
    'a=1',
    'X',
    'authorization',
    'authorization',
    'Bearer b',
    'cookie',
    'b=2',
  ];
  const incoming = readIncoming({ method: 'GET', rawHeaders }, '192.0.2.1');
  expect(incoming.header('authorization')).toBe('Bearer a, Bearer b');
  expect(incoming.header('cookie')).toBe('a=1; b=2');
  expect([incoming.header('origin'), incoming.method, incoming.peer]).toEqual([
    undefined,
    'GET',
    '192.0.2.1',
  ]);
  const web = readRequest(
    new Request('https://api.example.com', {
      headers: [
        ['authorization', 'Bearer a'],
        ['authorization', 'Bearer b'],
      ],
    }),
  );
  expect(web.header('authorization')).toBe('Bearer a, Bearer b');
});

test('a request without a method is no reading one', () => {
  expect(readIncoming({ rawHeaders: [] }, undefined).method).toBe('');
});
