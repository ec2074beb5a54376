import { setDefaultCACertificates } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { postMail } from '../../../packages/server/src/domain/mail/post-mail.ts';
import type { GivenSettings } from '../../../packages/server/src/program/configuration/configuration.ts';
import { selfSigned } from '../../../packages/server/test/program/certificate.ts';
import {
  mailSettings,
  openPostOffice,
  type PostOffice,
  type PostOfficeOptions,
} from '../../kit/post-office.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';

let office: PostOffice;
let serving: Serving;

async function open(options: PostOfficeOptions = {}, settings: GivenSettings = {}): Promise<void> {
  office = await openPostOffice(options);
  serving = await serveHandler({ lightHashing: true, settings: { ...mailSettings(office), ...settings } });
}

afterEach(async () => {
  await serving.close();
  await office.close();
});

const post = (to = 'ada@example.com', language: 'en' | 'de' | 'ar' = 'en'): Promise<void> => {
  const { ports } = serving.assembly;
  const values = {
    link: 'http://localhost:3000/link?handle=x',
    code: '123456',
    expiresAt: ports.clock.now(),
  };
  return ports.store.transact((tx) => postMail(ports, tx, { kind: 'sign-in', to, language, values }));
};

const events = async (type: string): Promise<unknown[]> =>
  (await serving.assembly.ports.store.read.events.list({ after: 0, limit: 99, type })).map(
    ({ data }) => JSON.parse(data) as unknown,
  );

const waiting = (): Promise<number> => serving.assembly.ports.store.read.mails.countWaiting();

const sent = async (outcome: string): Promise<number> =>
  Number(
    new RegExp(`^doorward_mails_total{outcome="${outcome}"[^}]*} (\\d+)`, 'm').exec(
      await serving.assembly.parts.metrics(),
    )?.[1],
  );

/** Milliseconds until the waiting mail is tried again. */
const wait = async (): Promise<number> => {
  const [mail] = await serving.assembly.ports.store.read.mails.latest({ limit: 1 });
  return (mail?.nextAt ?? 0) - serving.clock.now();
};

/** Resolves when an attempt has failed and is noted. */
async function failedAttempts(count: number): Promise<void> {
  const failed = async (): Promise<number> => (await sent('deferred')) + (await sent('failed'));
  await expect.poll(failed, { timeout: 15_000 }).toBe(count);
}

test('a mail that was posted arrives at once, as text and HTML, with code and link', async () => {
  await open();
  await post();
  const [mail] = await office.has(1);
  expect(mail).toMatchObject({
    recipients: ['ada@example.com'],
    from: { name: 'Doorward', address: 'accounts@id.example.com' },
    to: [{ address: 'ada@example.com' }],
    subject: 'Your code to sign in',
    date: '2026-03-01T12:00:00.000Z',
  });
  for (const body of [mail?.text, mail?.html]) {
    expect(body).toContain('123456');
    expect(body).toContain('http://localhost:3000/link?handle=x');
  }
  // RFC 3834 §5.
  expect(mail?.raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  expect(mail?.messageId).toMatch(/^<[0-9a-f-]{36}@id\.example\.com>$/);
  await expect.poll(waiting).toBe(0);
  expect(await sent('sent')).toBe(1);
});

test('a mail speaks the language that it was posted in', async () => {
  await open();
  await post('ada@example.com', 'de');
  await office.has(1);
  await post('ada@example.com', 'ar');
  const [german, arabic] = await office.has(2);
  expect(german?.subject).toBe('Code zum Anmelden');
  expect(german?.raw).toMatch(/^Content-Language: de\r$/m);
  expect(arabic?.html).toContain('<html lang="ar" dir="rtl">');
});

test('FLT-21: a mail that is refused for now is tried again, ever more seldom, under the same id', async () => {
  await open();
  office.answer({ code: 451, at: 'message' });
  await post();
  await expect.poll(wait, { timeout: 15_000 }).toBe(5000);
  serving.clock.advance(4999);
  expect(office.visits()).toBe(1);
  await expect
    .poll(
      () => {
        // Whoever delivers plans its next visit a moment after the row says when it is due.
        serving.clock.advance(100);
        return wait();
      },
      { timeout: 15_000 },
    )
    .toSatisfy((left: number) => left > 5000 && left <= 10_000);
  expect(office.visits()).toBe(2);
  office.answer(undefined);
  await expect
    .poll(
      () => {
        serving.clock.advance(1000);
        return office.arrived.length;
      },
      { timeout: 15_000 },
    )
    .toBe(1);
  const [mail] = office.arrived;
  expect(mail?.date).toBe('2026-03-01T12:00:00.000Z');
  await expect.poll(waiting).toBe(0);
  expect(await events('mail.not-sent')).toEqual([]);
  expect(serving.reported.map(String).join()).toContain('it refused the message (451)');
});

test('FLT-21: a mail that is refused for good is given up, and an event tells of it without the mailbox', async () => {
  await open();
  office.answer({ code: 550, at: 'recipient' });
  await post();
  await expect.poll(() => events('mail.not-sent'), { timeout: 15_000 }).toHaveLength(1);
  const told = await events('mail.not-sent');
  expect(told).toEqual([
    { kind: 'sign-in', attempts: 1, reason: 'it refused the sender or the recipient (550)' },
  ]);
  expect([await waiting(), await sent('failed')]).toEqual([0, 1]);
});

test('FLT-21: a code that nobody could use any more is not sent', async () => {
  await open();
  office.answer({ code: 451, at: 'recipient' });
  await post();
  await failedAttempts(1);
  office.answer(undefined);
  serving.clock.advance(601_000);
  await expect.poll(() => events('mail.not-sent'), { timeout: 15_000 }).toHaveLength(1);
  expect(await events('mail.not-sent')).toEqual([
    { kind: 'sign-in', attempts: 2, reason: 'its time was over' },
  ]);
  expect(office.arrived).toEqual([]);
});

test('FLT-21: a mail server that is down keeps nobody waiting, and its mails are sent when it is back', async () => {
  await open();
  await office.close();
  await post();
  await failedAttempts(1);
  expect(serving.reported.map(String).join()).toContain('ECONNREFUSED');
  expect(await waiting()).toBe(1);
});

const { key, cert } = selfSigned(['127.0.0.1']);
const account = { name: 'doorward', password: 'secret of the mail server' };
const signedIn = { smtpAccount: account.name, smtpPassword: account.password };

test('a mail server that proves itself gets mail over TLS, and our password', async () => {
  setDefaultCACertificates([cert]);
  await open({ certificate: { key, cert }, account }, { ...signedIn, smtpSecurity: 'tls' });
  await post();
  expect((await office.has(1))[0]).toMatchObject({ isSecure: true, signedInAs: 'doorward' });
});

test('STARTTLS secures the way before anything is said', async () => {
  setDefaultCACertificates([cert]);
  await open(
    { certificate: { key, cert }, starttls: true, account },
    { ...signedIn, smtpSecurity: 'starttls' },
  );
  await post();
  expect((await office.has(1))[0]).toMatchObject({ isSecure: true, signedInAs: 'doorward' });
});

test('OPS-06: a mail server that cannot prove itself gets neither mail nor password, whatever the environment says', async () => {
  const stranger = selfSigned(['127.0.0.1']);
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  try {
    await open({ certificate: stranger, account }, { ...signedIn, smtpSecurity: 'tls' });
    await post();
    await failedAttempts(1);
  } finally {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  }
  expect([office.arrived, office.visits()]).toEqual([[], 0]);
});

test('OPS-06: a mail server that does not offer STARTTLS gets nothing where it must', async () => {
  await open({}, { smtpSecurity: 'starttls' });
  await post();
  await failedAttempts(1);
  expect([office.arrived, office.visits()]).toEqual([[], 0]);
});

test('LOG-01: a wrong password at the mail server is told without it', async () => {
  setDefaultCACertificates([cert]);
  await open(
    { certificate: { key, cert }, account },
    { smtpAccount: 'doorward', smtpPassword: 'canary-of-smtp', smtpSecurity: 'tls' },
  );
  await post();
  await failedAttempts(1);
  const said = serving.reported
    .map((thrown) => (thrown instanceof Error ? thrown.stack : String(thrown)))
    .join();
  expect(said).toContain('it refused the account and the password (535)');
  expect(said).not.toContain('canary-of-smtp');
});
