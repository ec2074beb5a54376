import { afterEach, expect, test } from 'vitest';
import { mailsTo, mailTo } from '../../../../../test/kit/mails.ts';
import { type Serving, type ServingOptions, serveHandler } from '../../../../../test/kit/serving.ts';
import { linkTo } from '../../../src/domain/mail/link-to.ts';
import { type MailDraft, postMail } from '../../../src/domain/mail/post-mail.ts';
import { openMail } from '../../../src/domain/mail/waiting-mail.ts';
import type { Ports } from '../../../src/domain/ports.ts';

let serving: Serving;
afterEach(() => serving.close());

const serve = async (settings: ServingOptions['settings'] = {}): Promise<Ports> => {
  serving = await serveHandler({ lightHashing: true, settings });
  return serving.assembly.ports;
};

const draft = (to = 'ada@example.com'): MailDraft => ({
  kind: 'sign-in',
  to,
  language: 'en',
  values: { link: 'https://id.example.com/link', code: '123456', expiresAt: 1 },
});

const post = (ports: Ports, mail = draft()): Promise<void> =>
  ports.store.transact((tx) => postMail(ports, tx, mail));

const limitEvents = async ({ store }: Ports): Promise<number> =>
  (await store.read.events.list({ after: 0, limit: 99, type: 'mail.limited' })).length;

test('a mail is posted with its transaction, and not without it', async () => {
  const ports = await serve();
  await post(ports);
  await expect(
    ports.store.transact(async (tx) => {
      await postMail(ports, tx, draft());
      throw new Error('undone');
    }),
  ).rejects.toThrow('undone');
  expect(await mailsTo(serving, 'ada@example.com')).toEqual([draft()]);
  expect((await mailTo(serving, 'ada@example.com', 'sign-in')).values.code).toBe('123456');
});

test('LOG-01: the row holds neither the address nor the code of a mail in clear, and no other row opens it', async () => {
  const ports = await serve();
  await post(ports);
  const [row] = await ports.store.read.mails.latest({ limit: 1 });
  expect(row).toBeDefined();
  if (!row) return;
  const bytes = Buffer.from(row.sealed).toString('latin1');
  for (const secret of ['ada@', '123456', '/link']) expect(bytes).not.toContain(secret);
  expect(openMail(ports.vault, row)).toEqual(draft());
  expect(openMail(ports.vault, { ...row, id: row.id.replace(/.$/, 'x') })).toBeUndefined();
});

test.each([
  'ada@example.com\r\nBcc: eve@example.com',
  'ada@example.com,eve@example.com',
  'ada@example.com eve@example.com',
  'ada@eve@example.com',
  '<ada@example.com>',
  'Ada <ada@example.com>',
  'Ada@Example.com',
  'ada@example.com\u0000',
  'ada',
  '',
])('WEB-13: no mail is posted to %j, which is not an address that was parsed', async (to) => {
  const ports = await serve();
  await expect(post(ports, draft(to))).rejects.toThrow(TypeError);
  expect(await ports.store.read.mails.latest({ limit: 9 })).toEqual([]);
});

test('in production without a mail server nothing is posted, and nobody learns of it', async () => {
  const ports = await serve({ production: 'yes' });
  expect(ports.mail).toBe('off');
  await post(ports);
  expect(await ports.store.read.mails.latest({ limit: 9 })).toEqual([]);
});

test('a mail of the inbox never falls due', async () => {
  const ports = await serve();
  await post(ports);
  const at = serving.clock.now() + 1e12;
  expect(await ports.store.transact((tx) => tx.mails.claim({ now: at, until: at, limit: 9 }))).toEqual([]);
});

test('RLM-15: a mailbox gets so many mails in a window, the rest is dropped in silence and told once', async () => {
  const ports: Ports = { ...(await serve({ mailsAsked: 3, mailsTold: 2 })), mail: 'smtp' };
  for (let turn = 0; turn < 6; turn += 1) await post(ports);
  await post(ports, draft('grace@example.com'));
  expect(await mailsTo(serving, 'ada@example.com')).toHaveLength(3);
  expect(await mailsTo(serving, 'grace@example.com')).toHaveLength(1);
  expect(await limitEvents(ports)).toBe(1);
  // Warnings have a budget of their own: nobody silences them by asking for codes.
  await ports.store.transact((tx) =>
    postMail(ports, tx, {
      kind: 'password-changed',
      to: 'ada@example.com',
      language: 'en',
      values: { at: 1, network: '192.0.2.1', link: 'https://id.example.com/account' },
    }),
  );
  expect(await mailsTo(serving, 'ada@example.com')).toHaveLength(4);
  serving.clock.advance(3_600_001);
  await post(ports);
  expect(await mailsTo(serving, 'ada@example.com')).toHaveLength(5);
});

test('an event of a limit names no mailbox', async () => {
  const ports: Ports = { ...(await serve({ mailsAsked: 1 })), mail: 'smtp' };
  await post(ports);
  const events = await ports.store.read.events.list({ after: 0, limit: 99 });
  // Three letters of a mailbox may stand in a digest by chance; a digest is all there is.
  const told = events.filter(({ type }) => type === 'mail.limited').map(({ data }) => JSON.parse(data));
  expect(told).toEqual([{ budget: expect.stringMatching(/^mail:asked:[\w-]{22}$/), kind: 'sign-in' }]);
  expect(JSON.stringify(events)).not.toMatch(/ada@|example\.com/);
});

test('PWD-03: a link of a mail is made of the configured issuer, and its fields are escaped', async () => {
  const { settings } = await serve({ issuer: 'https://id.example.com' });
  expect(linkTo(settings, '/account')).toBe('https://id.example.com/account');
  expect(linkTo(settings, '/link', { handle: 'dw_&x= y' })).toBe(
    'https://id.example.com/link?handle=dw_%26x%3D+y',
  );
});
