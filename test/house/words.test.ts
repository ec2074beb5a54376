import { expect, test } from 'vitest';
import { avoidedIn, ourWords, readVocabulary, wordsOf } from './rules/words.ts';
import { breaches, breachesIn, read } from './tree.ts';

const vocabulary = readVocabulary(read('VOCABULARY.md'));

test('VOCABULARY.md names words to avoid and words of the standards', () => {
  expect(vocabulary.avoided).toContainEqual(['user']);
  expect(vocabulary.allowed).toContainEqual(['user', 'code']);
});

test('names in the sources keep to the vocabulary', () => {
  expect(breaches(ourWords(vocabulary), 'src')).toEqual([]);
});

test('a name is read word by word', () => {
  expect(wordsOf('currentUserId')).toEqual(['current', 'user', 'id']);
  expect(wordsOf('login_hint')).toEqual(['login', 'hint']);
  expect(wordsOf('JWKSUrl')).toEqual(['jwks', 'url']);
});

test('avoided words are found in singular and plural, the words of the standards stay', () => {
  expect(avoidedIn('findUsers', vocabulary)).toBe('user');
  expect(avoidedIn('userCode', vocabulary)).toBeUndefined();
  expect(avoidedIn('loginHint', vocabulary)).toBeUndefined();
  expect(avoidedIn('userCodeOfUser', vocabulary)).toBe('user');
  expect(avoidedIn('username', vocabulary)).toBeUndefined();
});

test('the rule looks at names that a file makes, not at those it uses', () => {
  const rule = ourWords(vocabulary);
  expect(breachesIn(rule, 'packages/server/src/domain/a.ts', 'interface A { userId: string }')).toHaveLength(
    1,
  );
  expect(breachesIn(rule, 'packages/server/src/domain/login.ts', '')).toHaveLength(1);
  expect(breachesIn(rule, 'packages/server/src/domain/a.ts', 'start({ user: account.id });')).toEqual([]);
  expect(breachesIn(rule, 'packages/server/src/protocol/a.ts', 'interface Problem { user: string }')).toEqual(
    [],
  );
});
