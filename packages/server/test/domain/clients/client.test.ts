import { expect, test } from 'vitest';
import { corsOriginsOf, secretLives } from '../../../src/domain/clients/client.ts';

const page = {
  application: 'web',
  authentication: 'none',
  redirectUris: ['https://app.example/callback', 'https://app.example/silent', 'http://localhost:8080/'],
} as const;

test('pages of a web client without a secret may call from the origins of its redirect URIs', () => {
  expect(corsOriginsOf(page)).toEqual(['http://localhost:8080', 'https://app.example']);
});

test('a client on a server, a native one and one with a scheme of its own have no pages', () => {
  expect(corsOriginsOf({ ...page, authentication: 'client_secret_basic' })).toEqual([]);
  expect(corsOriginsOf({ ...page, application: 'native' })).toEqual([]);
  expect(corsOriginsOf({ ...page, redirectUris: ['com.example.app:/callback', 'no address'] })).toEqual([]);
});

test('a secret lives until its end, and one without an end lives on', () => {
  expect([0, 11, 10, 9].map((expiresAt) => secretLives({ expiresAt }, 10))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
