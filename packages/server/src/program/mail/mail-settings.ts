/** The settings of mail: where it goes to, who it comes from, and what of that does not fit together. */
import { isIP } from 'node:net';
import { isLoopback } from '../../base/loopback.ts';
import type { Secret } from '../../base/secret.ts';
import { parseEmail } from '../../domain/accounts/identifier.ts';

/** The rows of the configuration table that are about mail. */
export interface MailSettings {
  readonly smtpHost: string | undefined;
  readonly smtpPort: number | undefined;
  readonly smtpSecurity: 'tls' | 'starttls' | 'dangerous-none';
  readonly smtpAccount: string | undefined;
  readonly smtpPassword: Secret | undefined;
  readonly mailFrom: string | undefined;
  readonly mailFromName: string;
}

/** A mail server and how mail comes from us. */
export interface SmtpPlace {
  readonly host: string;
  readonly port: number;
  readonly security: MailSettings['smtpSecurity'];
  /** Undefined: it takes mail from whoever reaches it. */
  readonly account: { readonly name: string; readonly password: Secret } | undefined;
  readonly from: { readonly address: string; readonly name: string };
}

/** RFC 8314 §3.3, RFC 6409 §3.1, RFC 5321 §4.5.4.2. */
const ports = { tls: 465, starttls: 587, 'dangerous-none': 25 } as const;

/** The mail server of these settings; undefined when there is none. They were checked by `mailFaults`. */
export function smtpOf(settings: MailSettings): SmtpPlace | undefined {
  const { smtpHost, smtpPort, smtpSecurity: security, smtpAccount, smtpPassword, mailFrom } = settings;
  if (smtpHost === undefined || mailFrom === undefined) return undefined;
  return {
    host: smtpHost,
    port: smtpPort ?? ports[security],
    security,
    account:
      smtpAccount === undefined || smtpPassword === undefined
        ? undefined
        : { name: smtpAccount, password: smtpPassword },
    from: { address: mailFrom, name: settings.mailFromName },
  };
}

const hostName = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;
/** A header is made of it: no line ends in it, and nothing that cannot be seen. */
const shortLine = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,64}$/u;

/** What is wrong with the settings of mail, in sentences. */
export function mailFaults(settings: MailSettings): string[] {
  const { smtpHost, smtpSecurity, smtpAccount, smtpPassword, mailFrom, mailFromName } = settings;
  const faults: string[] = [];
  if (smtpHost !== undefined && isIP(smtpHost) === 0 && !hostName.test(smtpHost))
    faults.push('smtpHost must be a host name or an address, such as smtp.example.com');
  if (smtpHost !== undefined && mailFrom === undefined)
    faults.push('smtpHost needs mailFrom, the address that mail comes from, such as accounts@example.com');
  if (mailFrom !== undefined && parseEmail(mailFrom)?.canonical !== mailFrom)
    faults.push('mailFrom must be an e-mail address in lower case, such as accounts@example.com');
  if (!shortLine.test(mailFromName))
    faults.push('mailFromName must be one line of at most 64 letters that can be seen');
  if ((smtpAccount === undefined) !== (smtpPassword === undefined))
    faults.push('smtpAccount and smtpPassword belong together');
  if (smtpAccount !== undefined && smtpSecurity === 'dangerous-none' && !isLoopback(smtpHost ?? ''))
    faults.push(
      'smtpPassword would travel in clear text: smtpSecurity must be tls or starttls, except on this machine itself',
    );
  return faults;
}
