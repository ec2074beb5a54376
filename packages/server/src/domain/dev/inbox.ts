/**
 * The inbox of a developer: every mail that a server without a mail server would have sent. They are the rows of the
 * outbox, which never fall due there.
 */
import type { Mail, MailKind } from '../mail/mail.ts';
import { openMail, type WaitingMail } from '../mail/waiting-mail.ts';
import type { Ports } from '../ports.ts';

type InboxPorts = Pick<Ports, 'clock' | 'store' | 'vault'>;

/** A mail in the inbox. */
export interface InboxMail {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly mail: Mail;
}

/** Rows that are looked through for one mailbox. */
const depth = 200;
/** Milliseconds between two looks while waiting. */
const between = 100;

/** A page of the inbox, youngest first, before the mail of an id where one is given. */
export async function readInbox(
  ports: Pick<Ports, 'store' | 'vault'>,
  range: { readonly limit: number; readonly before?: string | undefined },
): Promise<InboxMail[]> {
  const rows = await ports.store.read.mails.latest(range);
  return rows.flatMap((row) => opened(ports, row));
}

/** One mail; undefined when there is none of this id. */
export async function readInboxMail(
  ports: Pick<Ports, 'store' | 'vault'>,
  id: string,
): Promise<InboxMail | undefined> {
  const row = await ports.store.read.mails.find(id);
  return row && opened(ports, row)[0];
}

function opened({ vault }: Pick<Ports, 'vault'>, row: WaitingMail): InboxMail[] {
  const mail = openMail(vault, row);
  return mail ? [{ id: row.id, at: row.createdAt, mail }] : [];
}

/** What is waited for. */
export interface AwaitedMail {
  /** As `parseEmail` spells it. */
  readonly to: string;
  readonly kind?: MailKind | undefined;
  /** The id of a mail that is known already: the first one after it counts. The youngest unless given. */
  readonly after?: string | undefined;
  /** Seconds after which nothing more is waited for. */
  readonly seconds: number;
}

/** Resolves as soon as there is such a mail; undefined when there was none in time. */
export async function waitForMail(ports: InboxPorts, awaited: AwaitedMail): Promise<InboxMail | undefined> {
  const { clock } = ports;
  const until = clock.now() + awaited.seconds * 1000;
  for (;;) {
    const found = await findMail(ports, awaited);
    if (found || clock.now() >= until) return found;
    await new Promise<void>((resolve) => {
      clock.after(between, resolve);
    });
  }
}

async function findMail(ports: InboxPorts, { to, kind, after }: AwaitedMail): Promise<InboxMail | undefined> {
  const mails = await readInbox(ports, { limit: depth });
  const matching = mails.filter(({ mail }) => mail.to === to && (kind === undefined || mail.kind === kind));
  // Ids are in the order of birth.
  return after === undefined ? matching[0] : matching.findLast(({ id }) => id > after);
}
