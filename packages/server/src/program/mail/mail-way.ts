import type { MailWay } from '../../domain/mail/mail.ts';
import { type Configuration, isProduction } from '../configuration.ts';

/** How mails leave with these settings: a developer reads them in the inbox, and people never depend on that. */
export const mailWay = (values: Configuration): MailWay => (isProduction(values) ? 'off' : 'inbox');
