import { describe, expect, test } from 'vitest';
import { isResource, narrowResources, parseResources } from '../../../src/protocol/oauth/resource.ts';
import { faultOf } from './told.ts';

describe('RFC 8707 §2: an absolute URI without a fragment', () => {
  test.each([
    'https://api.example',
    'https://api.example/app/',
    'https://api.example/?a=b',
    'http://localhost:3000/api',
    'urn:example:api',
    'com.example.api:/x',
    'https://[2001:db8::1]/a',
    'https://api.example/%7Euser',
  ])('%s is read', (text) => {
    expect(parseResources([text])).toEqual([text]);
  });

  test.each([
    '',
    'api',
    '/api',
    '//api.example',
    'api.example/a',
    'https://',
    'https://api.example/#x',
    'https://api.example#',
    'https://api.example/ä',
    'https://api.example/a b',
    ' https://api.example',
    'https://api.example\n',
    'https:\\\\api.example',
    'HTTPS://api.example',
    '1a:b',
    'https://api.example/"',
    `https://api.example/${'a'.repeat(2000)}`,
  ])('%.60j is refused', (text) => {
    expect(isResource(text)).toBe(false);
    expect(faultOf(() => parseResources(['urn:a:b', text]))).toBe('invalid_target resource');
  });
});

test('each is kept once', () => {
  expect(parseResources(['urn:a:1', 'urn:a:2', 'urn:a:1'])).toEqual(['urn:a:1', 'urn:a:2']);
});

test('OAU-03: a token request asks for nothing that was not granted, and texts are compared as texts', () => {
  const granted = ['https://api.example/', 'urn:a:b'];
  expect(narrowResources([], granted)).toEqual(granted);
  expect(narrowResources(['urn:a:b'], granted)).toEqual(['urn:a:b']);
  for (const asked of [
    'https://api.example',
    'https://api.example/x',
    'https://API.example/',
    'https://api.example:443/',
  ])
    expect(faultOf(() => narrowResources([asked], granted))).toBe('invalid_target resource');
});
