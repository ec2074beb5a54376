/** A mail server for tests: it speaks real SMTP, keeps what it took, and can be told to misbehave. */
import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { type Session, SMTPServer } from 'smtp-server';

/** A mail as it arrived. */
export interface Arrived extends Email {
  /** Whom the envelope named. */
  readonly recipients: readonly string[];
  /** The message as it travelled. */
  readonly raw: string;
  readonly isSecure: boolean;
  /** Who had signed in to send it; undefined when nobody had. */
  readonly signedInAs: string | undefined;
}

/** How it is set up. */
export interface PostOfficeOptions {
  /** Speaks TLS from the first byte, with this certificate. */
  readonly certificate?: { readonly key: string; readonly cert: string };
  /** Offers STARTTLS too, with the certificate. */
  readonly starttls?: boolean;
  /** Takes mail from this user alone. */
  readonly account?: { readonly name: string; readonly password: string };
}

/** An SMTP server on 127.0.0.1. */
export interface PostOffice {
  readonly port: number;
  /** What it took, oldest first. */
  readonly arrived: readonly Arrived[];
  /** Resolves when so many have arrived in all. */
  readonly has: (count: number) => Promise<readonly Arrived[]>;
  /** What it answers from now on: takes mail, or refuses it with this reply; `after` the message or before. */
  answer(reply: { readonly code: number; readonly at: 'recipient' | 'message' } | undefined): void;
  /** Calls before it answers that it took a message, which it has by then. */
  onTaken(work: () => Promise<void>): void;
  /** How often somebody brought a mail, taken or not. */
  readonly visits: () => number;
  close(): Promise<void>;
}

const refusal = (code: number): Error =>
  Object.assign(new Error('refused, as the test wants it'), { responseCode: code });

/** What it knows while it is open. */
interface Desk {
  readonly arrived: Arrived[];
  readonly waiting: { readonly count: number; readonly tell: () => void }[];
  reply: { readonly code: number; readonly at: 'recipient' | 'message' } | undefined;
  taken: () => Promise<void>;
  visits: number;
}

/** Opens one. */
export async function openPostOffice(options: PostOfficeOptions = {}): Promise<PostOffice> {
  const desk: Desk = {
    arrived: [],
    waiting: [],
    reply: undefined,
    taken: async () => undefined,
    visits: 0,
  };
  const server = new SMTPServer(behind(desk, options));
  // Whoever is killed in the middle leaves a broken connection behind.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    arrived: desk.arrived,
    has: async (count) => {
      if (desk.arrived.length < count)
        await new Promise<void>((tell) => {
          desk.waiting.push({ count, tell });
        });
      return desk.arrived;
    },
    answer: (next) => {
      desk.reply = next;
    },
    onTaken: (work) => {
      desk.taken = work;
    },
    visits: () => desk.visits,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

type Options = ConstructorParameters<typeof SMTPServer>[0];

/** What the library does with whoever comes. */
function behind(desk: Desk, { certificate, starttls = false, account }: PostOfficeOptions): Options {
  return {
    secure: certificate !== undefined && !starttls,
    ...certificate,
    hideSTARTTLS: !starttls,
    authOptional: account === undefined,
    allowInsecureAuth: true,
    disabledCommands: account === undefined ? ['AUTH'] : [],
    closeTimeout: 100,
    onAuth: ({ username, password }, _session, answer) => {
      const isKnown = username === account?.name && password === account?.password;
      answer(isKnown ? null : refusal(535), { user: username ?? '' });
    },
    onRcptTo: (_address, _session, answer) => {
      desk.visits += 1;
      answer(desk.reply?.at === 'recipient' ? refusal(desk.reply.code) : undefined);
    },
    onData: (stream, session, answer) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (desk.reply?.at === 'message') return answer(refusal(desk.reply.code));
        void take(desk, Buffer.concat(chunks), session).then(() => answer());
      });
    },
  };
}

/** Keeps a mail; it is there before anybody is told that it was taken. */
async function take(desk: Desk, raw: Buffer, { envelope, secure, user }: Session): Promise<void> {
  const email = await PostalMime.parse(raw);
  const recipients = envelope.rcptTo.map(({ address }) => address);
  desk.arrived.push({ ...email, recipients, raw: raw.toString(), isSecure: secure, signedInAs: user });
  await desk.taken();
  for (const { count, tell } of desk.waiting) if (desk.arrived.length >= count) tell();
}

/** The settings of a server whose mail goes there. */
export const mailSettings = ({ port }: Pick<PostOffice, 'port'>) =>
  ({
    smtpHost: '127.0.0.1',
    smtpPort: port,
    smtpSecurity: 'dangerous-none',
    mailFrom: 'accounts@id.example.com',
  }) as const;
