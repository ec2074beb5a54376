import { expect, test } from 'vitest';
import { languages, momentText } from '../../src/pages/language.ts';

const noon = Date.parse('2026-03-01T12:01:00Z');

test.each(languages)('no line breaks between a time and what belongs to it, in %s', (language) => {
  const [, ...pieces] = momentText(language, noon).split('12:01');
  expect(pieces).toHaveLength(1);
  expect(pieces[0]).toMatch(/^(\u00a0\S+)+$/);
  expect(pieces[0]).toMatch(/\u00a0UTC$/);
});
