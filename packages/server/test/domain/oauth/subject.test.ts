import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import { createVault } from '../../../src/domain/keys/vault.ts';
import { type SubjectOwner, subjectOf } from '../../../src/domain/oauth/subject.ts';

const vault = createVault(new Secret(new Uint8Array(randomBytes(32))));
const owner = (id: string, redirectUris: readonly string[], changes: Partial<SubjectOwner> = {}) =>
  ({ id, redirectUris, subjectType: 'pairwise', ...changes }) as const;
const subject = (client: SubjectOwner, account = 'ada'): string => subjectOf({ vault }, client, account);
const web = owner('web', ['https://app.example/callback']);

test('a public client knows an account by its id', () => {
  expect(subject({ ...web, subjectType: 'public' })).toBe('ada');
});

test('a pairwise subject is another for each account and each host, and says nothing of either', () => {
  const elsewhere = owner('elsewhere', ['https://other.example/callback']);
  const names = [subject(web), subject(web, 'eve'), subject(elsewhere)];
  expect(new Set(names).size).toBe(3);
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{43}$/);
});

test('clients of one host, or of one named sector, share it', () => {
  expect(subject(owner('second', ['https://app.example/other']))).toBe(subject(web));
  const named = owner('named', ['https://other.example/'], { sectorIdentifier: 'app.example' });
  expect(subject(named)).toBe(subject(web));
});

test.each(['http://127.0.0.1/callback', 'http://localhost/callback', 'com.example.app:/callback', ''])(
  'clients at %j have no host of their own, and share with nobody',
  (uri) => {
    expect(subject(owner('one', [uri]))).not.toBe(subject(owner('two', [uri])));
  },
);

test('a subject of one server is none of another', () => {
  const other = createVault(new Secret(new Uint8Array(randomBytes(32))));
  expect(subjectOf({ vault: other }, web, 'ada')).not.toBe(subject(web));
});
