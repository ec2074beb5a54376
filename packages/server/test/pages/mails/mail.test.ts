import { describe, expect, test } from 'vitest';
import { type Mail, type MailKind, mailRules } from '../../../src/domain/mail/mail.ts';
import { languages } from '../../../src/pages/language.ts';
import { renderMail } from '../../../src/pages/mails/mail.ts';
import { foreignText } from '../../../src/pages/mails/words.ts';
import { sampleValues } from './samples.ts';

const issuer = 'https://id.example.com';
const mailOf = (kind: MailKind, language: Mail['language'], foreign?: string): Mail =>
  ({ kind, to: 'ada@example.com', language, values: sampleValues(foreign)[kind] }) as Mail;

const kinds = Object.keys(mailRules) as MailKind[];

describe.each(languages)('in %s', (language) => {
  test.each(kinds)('a mail %s has a subject, and its code and link in text and HTML alike', async (kind) => {
    const mail = mailOf(kind, language);
    const { subject, text, html } = await renderMail(mail, issuer);
    expect(subject).toMatch(/^[^\p{Cc}]{4,78}$/u);
    expect(html).toContain(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">`);
    expect(text).toContain(mail.values.link);
    expect(html).toContain(`<a href="${mail.values.link.replaceAll('&', '&amp;')}"`);
    if ('code' in mail.values) for (const body of [text, html]) expect(body).toContain(mail.values.code);
    for (const body of [text, html]) expect(body).not.toMatch(/undefined|null|\[object|NaN|Invalid/);
  });
});

test.each([
  ['en', 'You are invited to make an account at id.example.com.'],
  ['de', 'Du bist eingeladen, bei id.example.com ein Konto anzulegen.'],
  ['ar', 'أنت مدعو إلى إنشاء حساب في \u2068id.example.com\u2069.'],
] as const)('an invitation of whoever runs the server names nobody, in %s', async (language, sentence) => {
  const mail = mailOf('invitation', language) as Extract<Mail, { readonly kind: 'invitation' }>;
  const { text } = await renderMail({ ...mail, values: { ...mail.values, inviter: '' } }, issuer);
  expect(text.split('\n')[0]).toBe(sentence);
});

test('no two languages say the same, and no two kinds', async () => {
  const mails = kinds.flatMap((kind) =>
    languages.map((language) => renderMail(mailOf(kind, language), issuer)),
  );
  const subjects = (await Promise.all(mails)).map(({ subject }) => subject);
  expect(new Set(subjects).size).toBe(subjects.length);
});

const nasty: readonly (readonly [string, string])[] = [
  ['HTML', '<img src=x onerror=alert(1)>"\'><script>'],
  ['a header', 'Ada\r\nBcc: eve@evil.example\r\n\r\nhello'],
  ['a link', 'Win at https://evil.example/now'],
  ['a bare host', 'www.evil.example'],
  ['an address', 'mailto:eve@evil.example'],
  ['a turn of direction', 'Ada\u202e\u2066evil\u2069'],
  ['ten thousand letters', 'x'.repeat(10_000)],
  ['half a pair', 'Ada\ud800'],
];

describe.each(languages)('WEB-13: what others chose, in %s', (language) => {
  test.each(nasty)('%s in every value stays text, on its line and short', async (_name, foreign) => {
    for (const kind of kinds) {
      const plain = await renderMail(mailOf(kind, language, 'Ada'), issuer);
      const { subject, text, html } = await renderMail(mailOf(kind, language, foreign), issuer);
      expect(subject).toBe(plain.subject);
      expect(text.split('\n')).toHaveLength(plain.text.split('\n').length);
      expect(text.length).toBeLessThan(plain.text.length + 300);
      const tags = (page: string): string[] => page.match(/<[^>]*>/g) ?? [];
      expect(tags(html)).toEqual(tags(plain.html));
      for (const body of [text, html]) {
        expect(body).not.toMatch(/evil\.example|https?:\/\/evil|eve@evil|[\u202a-\u202e]/);
        expect(body.isWellFormed()).toBe(true);
      }
    }
  });
});

test('names of people and devices stay readable', () => {
  for (const name of [
    'Ada Lovelace',
    'Chrome 120.0 on Windows',
    'Dr. Ada, née B.',
    'عائشة',
    '10.1.2.3',
    '2001:db8::1',
  ])
    expect(foreignText(name)).toBe(name);
});
