/**
 * The one way to a mail server (RFC 5321): a connection for each mail, TLS proven, and a limit on the whole of it. The
 * library and the words of mails are loaded when the first one is sent.
 */
import { Socket } from 'node:net';
import type { SendMailOptions, Transporter } from 'nodemailer';
import type { Clock } from '../../base/clock.ts';
import type { SendMail } from '../../domain/mail/deliver-mails.ts';
import type { Mail } from '../../domain/mail/mail.ts';
import type { SmtpPlace } from './mail-settings.ts';
import { SmtpRefusal } from './smtp-refusal.ts';

/** Milliseconds for the whole of an attempt, until the connection stands, and for each answer. */
const patience = 20_000;
const connecting = 8000;
const answering = 10_000;

/** Speaks to one mail server. */
export interface Smtp {
  readonly send: SendMail;
  /** Connects, proves TLS and the account, and sends nothing. Rejects with SmtpRefusal. */
  check(): Promise<void>;
  /** From so many milliseconds on nothing is waited for any more. */
  endIn(milliseconds: number): void;
}

/** Makes the way to a server; `issuer` is named in the mails. */
export function createSmtp(place: SmtpPlace, { clock, issuer }: { clock: Clock; issuer: string }): Smtp {
  const open = new Set<Socket>();
  const connect = async <T>(work: (transport: Transporter) => Promise<T>): Promise<T> => {
    const socket = new Socket();
    const cancel = clock.after(patience, () => socket.destroy(new Error('it took too long')));
    open.add(socket);
    try {
      const { createTransport } = await import('nodemailer');
      return await work(createTransport({ ...transportOptions(place), socket }));
    } catch (thrown) {
      throw new SmtpRefusal(thrown);
    } finally {
      cancel();
      open.delete(socket);
      socket.destroy();
    }
  };
  return {
    send: async (mail, line) => {
      const message = await messageOf(mail, { ...line, issuer, from: place.from });
      try {
        await connect((transport) => transport.sendMail(message));
        return { outcome: 'done' };
      } catch (thrown) {
        if (!(thrown instanceof SmtpRefusal)) throw thrown;
        return { outcome: thrown.isFinal ? 'never' : 'later', reason: thrown.message };
      }
    },
    check: async () => {
      await connect((transport) => transport.verify());
    },
    endIn: (milliseconds) => {
      clock.after(milliseconds, () => {
        for (const socket of open) socket.destroy(new Error('the server stops'));
      });
    },
  };
}

const transportOptions = ({ host, port, security, account }: SmtpPlace) => ({
  host,
  port,
  secure: security === 'tls',
  requireTLS: security === 'starttls',
  ignoreTLS: security === 'dangerous-none',
  // Whatever the environment of the process says: a server that is not proven could read every code.
  tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2' as const },
  ...(account && { auth: { user: account.name, pass: account.password.reveal() } }),
  connectionTimeout: connecting,
  dnsTimeout: connecting,
  greetingTimeout: answering,
  socketTimeout: answering,
  disableFileAccess: true,
  disableUrlAccess: true,
});

/** What a message is made of beside the mail. */
interface MessageFacts {
  readonly id: string;
  readonly createdAt: number;
  readonly issuer: string;
  readonly from: SmtpPlace['from'];
}

/** The same mail makes the same Message-ID and date whenever it is sent, so that one that comes twice is known again. */
async function messageOf(
  mail: Mail,
  { id, createdAt, issuer, from }: MessageFacts,
): Promise<SendMailOptions> {
  const { renderMail } = await import('../../pages/mails/mail.ts');
  const { subject, text, html } = await renderMail(mail, issuer);
  return {
    messageId: `<${id}@${from.address.slice(from.address.lastIndexOf('@') + 1)}>`,
    date: new Date(createdAt),
    from,
    // As objects: nothing in them is read as a list of addresses.
    to: { name: '', address: mail.to },
    envelope: { from: from.address, to: [mail.to] },
    subject,
    text,
    html,
    headers: {
      'Content-Language': mail.language,
      // RFC 3834 §5: no holiday notice comes back.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
    xMailer: false,
  };
}
