/** The doctor's look at mail: the mail server is there, proves itself and takes our user. Nothing is sent. */
import type { Clock } from '../../base/clock.ts';
import { isLoopback } from '../../base/loopback.ts';
import { type Configuration, domainSettings } from '../configuration/configuration.ts';
import { doubtful, type Finding, fine, thrownWords, wrong } from '../doctor/finding.ts';
import { smtpOf } from './mail-settings.ts';
import { mailWay } from './mail-way.ts';
import { createSmtp } from './smtp.ts';

/** Mail can be sent. */
export async function checkMail(values: Configuration, clock: Clock): Promise<Finding> {
  const check = 'mail';
  const place = smtpOf(values);
  const { issuer } = domainSettings(values, values.port);
  if (!place)
    return mailWay(values) === 'inbox'
      ? fine(check, `No mail server: mails stay in ${issuer}/dev/inbox.`)
      : doubtful(
          check,
          'No mail can be sent: nobody is warned of changes. Name a mail server with --smtp-host and --mail-from.',
        );
  const name = `${place.host}:${place.port}`;
  try {
    await createSmtp(place, { clock, issuer }).check();
  } catch (thrown) {
    return wrong(
      check,
      `${name} cannot be used: ${thrownWords(thrown)}. Check smtpHost, smtpPort, smtpSecurity, smtpAccount and smtpPassword.`,
    );
  }
  if (place.security === 'dangerous-none' && !isLoopback(place.host))
    return doubtful(
      check,
      `${name} takes mail, yet codes and links travel to it in clear text. Set smtpSecurity to tls or starttls.`,
    );
  return fine(check, `${name} takes mail from ${place.from.address}.`);
}
