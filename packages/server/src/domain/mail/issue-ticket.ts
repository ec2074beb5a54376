import { utf8 } from '../../base/bytes.ts';
import { uuidv7 } from '../../base/uuid.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import {
  askerDigest,
  type MailTicket,
  screenCode,
  type TicketPurpose,
  ticketCode,
  ticketGuesses,
  ticketSeconds,
} from './ticket.ts';

/** What a ticket is made of. */
export interface TicketDraft {
  readonly purpose: TicketPurpose;
  /** Canonical. */
  readonly mailbox: string;
  /** Empty when nobody has the account yet. */
  readonly accountId: string;
  /** The secret of whoever asks; one is made unless given, and empty when the link alone is to open it. */
  readonly asker: string | undefined;
  readonly hollow: boolean;
  /** What the effect needs. */
  readonly contents: TicketContents;
}

/** What a ticket carries for its effect, by name. */
export type TicketContents = Readonly<Record<string, string>>;

/** A ticket that was issued, with what the mail carries. */
export interface IssuedTicket {
  readonly id: string;
  /** The secret of whoever asked. */
  readonly asker: string;
  /** The handle of the link; for the mail alone. */
  readonly link: string;
  /** For the mail alone. */
  readonly code: string;
  /** For the screen of whoever asked alone. */
  readonly screenCode: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Issues a ticket inside a transaction, in the place of the one of the same purpose and mailbox. */
export async function issueTicket(
  { clock, handles, vault }: Pick<Ports, 'clock' | 'handles' | 'vault'>,
  tx: Transaction,
  { purpose, mailbox, accountId, hollow, contents, ...draft }: TicketDraft,
): Promise<IssuedTicket> {
  const createdAt = clock.now();
  const { locator: id, digest, text: link } = handles.mint('ticket', uuidv7(createdAt));
  const asker = draft.asker ?? handles.mint('asker', id).text;
  const expiresAt = createdAt + ticketSeconds[purpose] * 1000;
  await tx.mailTickets.issue({
    id,
    digest,
    purpose,
    mailbox,
    accountId,
    asker: askerDigest(asker),
    hollow,
    contents: vault.seal(sealPurpose, utf8(JSON.stringify(contents)), id),
    guesses: ticketGuesses,
    createdAt,
    expiresAt,
  });
  const named = { id, digest };
  return { id, asker, link, code: ticketCode(vault, named), screenCode: screenCode(vault, named), expiresAt };
}

const sealPurpose = 'mail ticket';

/** What a ticket carries; nothing when it was sealed under another master key. */
export function ticketContents(
  { vault }: Pick<Ports, 'vault'>,
  { id, contents }: Pick<MailTicket, 'id' | 'contents'>,
): TicketContents {
  const opened = vault.open(sealPurpose, contents, id);
  // Nobody but this file seals for this purpose.
  const found: TicketContents = opened ? JSON.parse(Buffer.from(opened).toString()) : {};
  return found;
}
