import { expect, test } from 'vitest';
import { covers, widened } from '../../../src/domain/oauth/grant.ts';

const grant = { scopes: ['email', 'openid'], resources: ['https://api.example/'] };

test('a grant covers what it holds, in any order, and nothing beyond', () => {
  expect(covers(grant, { scopes: ['openid', 'email'], resources: [] })).toBe(true);
  expect(covers(grant, { scopes: ['openid'], resources: ['https://api.example/'] })).toBe(true);
  expect(covers(grant, { scopes: ['openid', 'profile'], resources: [] })).toBe(false);
  expect(covers(grant, { scopes: ['openid'], resources: ['https://api.example'] })).toBe(false);
});

test('without a grant nothing is covered, not even nothing', () => {
  expect(covers(undefined, { scopes: [], resources: [] })).toBe(false);
});

test('consent adds to what was allowed before, once and in order', () => {
  expect(widened(undefined, { scopes: ['openid', 'email'], resources: [] })).toEqual({
    scopes: ['email', 'openid'],
    resources: [],
  });
  expect(widened(grant, { scopes: ['address', 'openid'], resources: ['https://a.example/'] })).toEqual({
    scopes: ['address', 'email', 'openid'],
    resources: ['https://a.example/', 'https://api.example/'],
  });
});
