import { deliverMails } from '../../domain/mail/deliver-mails.ts';
import type { Ports } from '../../domain/ports.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { keepPost, type Post } from '../serving/post.ts';
import { smtpOf } from './mail-settings.ts';
import { createSmtp } from './smtp.ts';

/** Milliseconds that mails under way may take at a stop; what is cut is tried again, and may then come twice. */
const grace = 5000;

/** Starts the rounds that send mails; undefined when there is no server to hand them to. */
export function keepMailPost(ports: Ports, values: Configuration): Post | undefined {
  const place = smtpOf(values);
  if (!place) return undefined;
  const { clock, settings } = ports;
  const smtp = createSmtp(place, { clock, issuer: settings.issuer });
  const post = keepPost(ports, () => deliverMails(ports, smtp.send));
  return {
    nudge: post.nudge,
    stop: () => {
      smtp.endIn(grace);
      return post.stop();
    },
  };
}
