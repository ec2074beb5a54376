import type { GenericSchema } from 'valibot';
import { describe, expect, test } from 'vitest';
import { checkNewPassword, preparePassword } from '../../src/domain/accounts/password-policy.ts';
import { emailRule, usernameRule } from '../../src/domain/accounts/sign-up.ts';
import { failures } from '../../src/domain/failures.ts';
import { line, passwordText } from '../../src/http/input.ts';
import { routes } from '../../src/http/routes.ts';
import { directionOf, durationText, isLanguage, languages } from '../../src/pages/language.ts';
import { failureSentence } from '../../src/pages/words/failures.ts';
import { faultSentence } from '../../src/pages/words/faults.ts';

const codes = Object.keys(failures) as (keyof typeof failures)[];
const latinWord = /[A-Za-z]{3,}/g;

describe('the sentences of failures', () => {
  test('are different in every language, and end like sentences', () => {
    for (const code of codes) {
      const sentences = languages.map((language) => failureSentence(language, code));
      expect(new Set(sentences).size).toBe(languages.length);
      for (const sentence of sentences) expect(sentence).toMatch(/[.]$/);
    }
  });

  test('are Arabic in Arabic', () => {
    for (const code of codes) expect(failureSentence('ar', code)).not.toMatch(latinWord);
  });
});

/** Every sentence of the checks of a schema, however deep. */
function sentencesOf(schema: unknown, seen = new Set<unknown>()): string[] {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return [];
  seen.add(schema);
  return Object.entries(schema).flatMap(([name, value]) =>
    name === 'message' && typeof value === 'string' ? [value] : sentencesOf(value, seen),
  );
}

/** What may be wrong with a field of a form. */
async function passwordSentences(): Promise<string[]> {
  const policy = { minimumLength: 8, words: ['doorward'] };
  const passwords = ['short', 'x'.repeat(257), 'password1234', 'doorward1'];
  const told: string[] = [];
  const hear = (thrown: unknown): void => {
    told.push(...(thrown as { fields: { message: string }[] }).fields.map(({ message }) => message));
  };
  for (const password of passwords) await checkNewPassword(policy, { password, context: [] }).catch(hear);
  try {
    preparePassword('\0');
  } catch (thrown) {
    hear(thrown);
  }
  return told;
}

describe('the sentences about fields', () => {
  const forms = routes.filter(({ page, form, body }) => page && form && body);
  const schemas: readonly (GenericSchema | undefined)[] = forms.map(({ body }) => body);

  test('of every form on a page stand in every language', async () => {
    const all = new Set([
      ...[...schemas, line(254), passwordText].flatMap((schema) => sentencesOf(schema)),
      ...(await passwordSentences()),
      'This is missing.',
      'This is not known here.',
      emailRule,
      usernameRule,
    ]);
    expect(all.size).toBeGreaterThan(15);
    for (const sentence of all) {
      const said = languages.map((language) => faultSentence(language, sentence) ?? `untold: ${sentence}`);
      expect(said[0]).toBe(sentence);
      expect(new Set(said).size).toBe(languages.length);
    }
  });

  test('keep what stands in them', () => {
    expect(faultSentence('de', 'Use at least 12 characters.')).toBe('Bitte mindestens 12 Zeichen verwenden.');
    expect(faultSentence('ar', 'Use at least 12 characters.')).toContain('12');
  });

  test('that are for developers have no other words', () => {
    expect(faultSentence('de', 'The redirect URI is not registered.')).toBeUndefined();
  });
});

test('languages are known by their exact tags, and written in their direction', () => {
  expect(languages.every(isLanguage)).toBe(true);
  expect(['EN', 'en-GB', 'fr', '', undefined].some(isLanguage)).toBe(false);
  expect(languages.map(directionOf)).toEqual(['ltr', 'ltr', 'rtl']);
});

test('a length of time is told in its largest whole unit', () => {
  expect(durationText('en', 90)).toBe('90 seconds');
  expect(durationText('en', 1800)).toBe('30 minutes');
  expect(durationText('de', 14 * 86_400)).toBe('14 Tage');
  expect(durationText('ar', 60)).toBe('دقيقة');
});
