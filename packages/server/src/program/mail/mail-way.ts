import type { MailWay } from '../../domain/mail/mail.ts';
import { type Configuration, ConfigurationRefused } from '../configuration/configuration.ts';
import { hasDevTools } from '../configuration/production.ts';
import { smtpOf } from './mail-settings.ts';

/** How mails leave with these settings: a developer reads them in the inbox, and people never depend on that. */
export function mailWay(values: Configuration): MailWay {
  if (smtpOf(values)) return 'smtp';
  return hasDevTools(values) ? 'inbox' : 'off';
}

/** Throws ConfigurationRefused where people sign up by a mail that can never come. */
export function refuseWithoutMail(values: Configuration): void {
  const needsMail = values.signUp === 'verified' || values.signUp === 'invitation';
  if (needsMail && mailWay(values) === 'off')
    throw new ConfigurationRefused([
      `signUp cannot be ${values.signUp} where no mail can be sent: name a mail server with smtpHost and mailFrom`,
    ]);
}
