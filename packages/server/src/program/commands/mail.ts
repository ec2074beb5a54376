/** `doorward mail …`: trying whether mail arrives. */
import { systemClock } from '../../base/clock.ts';
import { uuidv7 } from '../../base/uuid.ts';
import { parseEmail } from '../../domain/accounts/identifier.ts';
import { linkTo } from '../../domain/mail/link-to.ts';
import { domainSettings } from '../configuration/configuration.ts';
import { smtpOf } from '../mail/mail-settings.ts';
import { createSmtp } from '../mail/smtp.ts';
import { type Command, CommandRefused, textOption } from './command.ts';

const languages = ['en', 'de', 'ar'] as const;

/** `mail test`. Beside the outbox: whoever tries wants to hear at once what the mail server says. */
export const sendTestMail: Command = async (invocation) => {
  const { values } = invocation.loaded;
  const to = parseEmail(textOption(invocation, 'to') ?? '')?.canonical;
  if (to === undefined) throw new CommandRefused('--to must be an e-mail address.', 2);
  const typed = textOption(invocation, 'language') ?? 'en';
  const language = languages.find((one) => one === typed);
  if (!language) throw new CommandRefused(`--language must be one of ${languages.join(', ')}.`, 2);
  const place = smtpOf(values);
  if (!place)
    throw new CommandRefused('There is no mail server. Name one with --smtp-host and --mail-from.', 2);
  const now = systemClock.now();
  const settings = domainSettings(values, values.port);
  const smtp = createSmtp(place, { clock: systemClock, issuer: settings.issuer });
  const line = { id: uuidv7(now), createdAt: now };
  const mail = { kind: 'test', to, language, values: { link: linkTo(settings, '/') } } as const;
  const { outcome, reason = '' } = await smtp.send(mail, line);
  const name = `${place.host}:${place.port}`;
  if (outcome === 'done')
    return { json: { sent: true, to, server: name }, text: `${name} took a mail to ${to}.` };
  return {
    code: 1,
    json: { sent: false, to, server: name, reason },
    text: `${name} did not take it: ${reason}.`,
  };
};
