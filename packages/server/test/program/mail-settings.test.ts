import { expect, test } from 'vitest';
import { type GivenSettings, loadConfiguration } from '../../src/program/configuration/configuration.ts';
import { hasDevTools, isProduction } from '../../src/program/configuration/production.ts';
import { smtpOf } from '../../src/program/mail/mail-settings.ts';
import { mailWay } from '../../src/program/mail/mail-way.ts';
import { screenOf } from '../../src/program/serving/screen.ts';

const load = (flags: GivenSettings) => loadConfiguration({ flags }).values;
const smtp = { smtpHost: 'smtp.example.com', mailFrom: 'accounts@example.com' };

test.each<readonly [GivenSettings, { production: boolean; tools: boolean; way: string }]>([
  [{}, { production: false, tools: true, way: 'inbox' }],
  [{ issuer: 'http://localhost:4000' }, { production: false, tools: true, way: 'inbox' }],
  [{ issuer: 'https://id.example.com' }, { production: true, tools: false, way: 'off' }],
  [{ issuer: 'https://localhost' }, { production: true, tools: false, way: 'off' }],
  [{ production: 'yes' }, { production: true, tools: false, way: 'off' }],
  [
    { production: 'no', host: '0.0.0.0' },
    { production: false, tools: false, way: 'off' },
  ],
  [{ host: '0.0.0.0' }, { production: false, tools: false, way: 'off' }],
  [{ host: '::' }, { production: false, tools: false, way: 'off' }],
  [{ host: '192.168.1.2' }, { production: false, tools: false, way: 'off' }],
  [{ host: '::1' }, { production: false, tools: true, way: 'inbox' }],
  [smtp, { production: false, tools: true, way: 'smtp' }],
  [
    { ...smtp, issuer: 'https://id.example.com' },
    { production: true, tools: false, way: 'smtp' },
  ],
])('OPS-06: %j is this kind of server: %j', (settings, expected) => {
  const values = load(settings);
  expect({ production: isProduction(values), tools: hasDevTools(values), way: mailWay(values) }).toEqual(
    expected,
  );
});

test.each<readonly [GivenSettings, string]>([
  [{ production: 'no', issuer: 'https://id.example.com' }, 'production cannot be no'],
  [{ smtpHost: 'smtp.example.com' }, 'smtpHost needs mailFrom'],
  [{ ...smtp, smtpHost: 'smtp.example.com/x' }, 'smtpHost must be a host name'],
  [{ ...smtp, smtpHost: 'smtp.example.com\r\n' }, 'smtpHost must be a host name'],
  [{ ...smtp, mailFrom: 'a@example.com,b@example.com' }, 'mailFrom must be an e-mail address'],
  [{ ...smtp, mailFrom: 'Accounts <a@example.com>' }, 'mailFrom must be an e-mail address'],
  [{ ...smtp, mailFromName: 'Ada\r\nBcc: eve@example.com' }, 'mailFromName must be one line'],
  [{ ...smtp, mailFromName: 'x'.repeat(65) }, 'mailFromName must be one line'],
  [{ ...smtp, smtpAccount: 'ada' }, 'smtpAccount and smtpPassword belong together'],
  [{ ...smtp, smtpPassword: 'x' }, 'smtpAccount and smtpPassword belong together'],
  [
    { ...smtp, smtpAccount: 'ada', smtpPassword: 'x', smtpSecurity: 'dangerous-none' },
    'smtpPassword would travel in clear text',
  ],
])('OPS-06, WEB-13: %j does not start', (settings, fault) => {
  expect(() => load(settings)).toThrow(fault);
});

test.each<readonly [string, GivenSettings, number]>([
  ['tls (RFC 8314 §3.3)', {}, 465],
  ['starttls (RFC 6409 §3.1)', { smtpSecurity: 'starttls' }, 587],
  ['dangerous-none (RFC 5321 §4.5.4.2)', { smtpSecurity: 'dangerous-none' }, 25],
  ['a port of its own', { smtpPort: 2525 }, 2525],
])('a mail server with %s is met at its port', (_name, settings, port) => {
  expect(smtpOf(load({ ...smtp, ...settings }))?.port).toBe(port);
});

test('who serves people without a mail server is warned, and a developer is not', () => {
  const screen = (flags: GivenSettings) =>
    screenOf(load(flags), { issuer: 'http://localhost:3000', port: 3000, link: undefined }).text;
  expect(screen({ production: 'yes' })).toContain('Warning: no mail can be sent');
  expect(screen({})).not.toContain('no mail can be sent');
  expect(screen({ ...smtp, production: 'yes' })).not.toContain('no mail can be sent');
});
