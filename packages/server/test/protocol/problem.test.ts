import fc from 'fast-check';
import { expect, test } from 'vitest';
import { problemDetails } from '../../src/protocol/problem.ts';

test('a problem says its type, title, status and code, and nothing that it has not', () => {
  expect(JSON.stringify(problemDetails({ status: 401, code: 'bad_token', title: 'Sign in again.' }))).toBe(
    '{"type":"/docs/failures#bad_token","title":"Sign in again.","status":401,"code":"bad_token"}',
  );
});

test('the rest is told in snake_case', () => {
  expect(
    problemDetails({
      status: 429,
      code: 'too_many',
      title: 'Wait a little.',
      detail: 'Wait a minute.',
      decision: 'd1',
      fields: [{ field: 'a.b', message: 'Too long.' }],
      retryAfter: 60,
    }),
  ).toEqual({
    type: '/docs/failures#too_many',
    title: 'Wait a little.',
    status: 429,
    detail: 'Wait a minute.',
    code: 'too_many',
    decision: 'd1',
    retry_after: 60,
    errors: [{ field: 'a.b', message: 'Too long.' }],
  });
});

test('of a field fault nothing private travels along', () => {
  const fault = { field: 'password', message: 'Too short.', received: 'kitten' };
  expect(
    JSON.stringify(problemDetails({ status: 400, code: 'c', title: 't', fields: [fault] })),
  ).not.toContain('kitten');
});

test('the type is always a relative reference to the guide', () => {
  fc.assert(
    fc.property(fc.string(), (code) => {
      const { type } = problemDetails({ status: 400, code, title: 't' });
      const url = new URL(type, 'https://door.example/a/b');
      expect(url.origin + url.pathname).toBe('https://door.example/docs/failures');
    }),
  );
});
