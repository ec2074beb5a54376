/**
 * Proving a mailbox by its ticket. A guess at a code is paid for in a transaction of its own before it is looked at; what
 * was proven is consumed later, in the transaction of its effect. Looking uses nothing up.
 */
import { equalText } from '../../base/bytes.ts';
import { appendEvent } from '../events.ts';
import { type DomainFailure, fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import { type Charge, mailCodeCharges, restore, spend } from '../sessions/attempt-budget.ts';
import type { Transaction } from '../store.ts';
import type { Handle } from '../tokens/handle.ts';
import {
  askerDigest,
  type MailTicket,
  normalizeCode,
  screenCode,
  type TicketPurpose,
  ticketCode,
} from './ticket.ts';

/** Who stands before us. */
export interface TicketVisitor {
  /** The secret of the browser or program; empty when it has none. */
  readonly asker: string;
  /** Whose session it shows; an address is confirmed by its account from any of its devices. */
  readonly accountId?: string | undefined;
  readonly network: string;
}

/** What somebody shows to prove a mailbox. */
export type TicketProof =
  /** Where the mail was asked for: the ticket's id, and the code of the mail. */
  | { readonly ticket: string; readonly code: string }
  /** What the mail links to; with the code of the other screen where the mail was asked for elsewhere. */
  | { readonly link: string; readonly screen: string };

/** A mailbox that was proven; nothing was consumed yet. */
export interface ProvenMailbox {
  readonly ticket: MailTicket;
  /** Given back with its effect. */
  readonly charges: readonly Charge[];
}

/** How a ticket stands for a visitor who opens its link, or comes back to the page that asked for it. */
export interface TicketView {
  readonly ticket: MailTicket;
  /** Whether the visitor is the one who asked for it. */
  readonly isAsker: boolean;
}

/**
 * Proves a mailbox for one of these purposes. Throws `ticket_over` when the ticket is used, replaced, too old, of another
 * purpose or of another visitor; `mail_code_refused`, `screen_code_refused`, `attempts_exhausted`, `store_unavailable`.
 */
export async function proveMailbox(
  ports: Ports,
  proof: TicketProof,
  { purposes, ...visitor }: TicketVisitor & { readonly purposes: readonly TicketPurpose[] },
): Promise<ProvenMailbox> {
  const byCode = 'code' in proof;
  const { ticket, isAsker } = await (byCode
    ? findTicket(ports, proof.ticket, visitor)
    : findLinked(ports, proof.link, visitor));
  if (!purposes.includes(ticket.purpose)) throw over('ticket-purpose');
  if (byCode) {
    if (!isAsker) throw over('other-browser');
    const expected = ticketCode(ports.vault, ticket);
    return guessed(ports, visitor, { ticket, typed: proof.code, expected, code: 'mail_code_refused' });
  }
  if (isAsker) {
    if (ticket.hollow) throw over('ticket-hollow');
    return { ticket, charges: [] };
  }
  const expected = screenCode(ports.vault, ticket);
  return guessed(ports, visitor, { ticket, typed: proof.screen, expected, code: 'screen_code_refused' });
}

/** The ticket of an id. Throws `ticket_over`. */
export async function findTicket(
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  id: string,
  visitor: Pick<TicketVisitor, 'asker' | 'accountId'>,
): Promise<TicketView> {
  const ticket = await store.read.mailTickets.find(id);
  if (!ticket) throw over('ticket-unknown');
  if (ticket.expiresAt <= clock.now()) throw over('expired');
  return { ticket, isAsker: hasAsked(ticket, visitor) };
}

/** The ticket that a link leads to. Throws `ticket_over`. */
export async function findLinked(
  ports: Pick<Ports, 'store' | 'clock' | 'handles'>,
  link: string,
  visitor: Pick<TicketVisitor, 'asker' | 'accountId'>,
): Promise<TicketView> {
  const handle = readLink(ports, link);
  const view = await findTicket(ports, handle.locator, visitor);
  if (!equalText(view.ticket.digest, handle.digest)) throw over('ticket-unknown');
  return view;
}

/** The handle in a link of ours, whatever has become of its ticket. Throws `ticket_over`. */
export function readLink({ handles }: Pick<Ports, 'handles'>, link: string): Handle {
  const handle = handles.read('ticket', link);
  if (!handle) throw over('handle-forged');
  return handle;
}

/** Without an asker the link alone opens it; an address is also confirmed by its account, wherever that is signed in. */
function hasAsked(
  { asker, purpose, accountId }: MailTicket,
  visitor: Pick<TicketVisitor, 'asker' | 'accountId'>,
): boolean {
  if (purpose === 'email') return accountId !== '' && visitor.accountId === accountId;
  return asker === '' || equalText(asker, askerDigest(visitor.asker));
}

interface Guess {
  readonly ticket: MailTicket;
  readonly typed: string;
  readonly expected: string;
  readonly code: 'mail_code_refused' | 'screen_code_refused';
}

async function guessed(
  ports: Ports,
  { network }: Pick<TicketVisitor, 'network'>,
  { ticket, typed, expected, code }: Guess,
): Promise<ProvenMailbox> {
  const { store, clock } = ports;
  const charges = mailCodeCharges(ports, { mailbox: ticket.mailbox, network });
  await spend(ports, charges, network);
  const left = await store.transact((tx) => tx.mailTickets.guess(ticket.id, clock.now()));
  if (left === undefined) throw over('ticket-guessed');
  const isRight = equalText(normalizeCode(typed), normalizeCode(expected));
  if (isRight && !ticket.hollow) return { ticket, charges };
  await store.transact(async (tx) => {
    if (left === 0) await tx.mailTickets.delete(ticket.id);
    const { accountId, purpose } = ticket;
    const data = { check: 'mail-code', purpose };
    await appendEvent(tx, clock.now(), {
      type: 'sign-in.refused',
      accountId,
      actor: 'stranger',
      network,
      data,
    });
  });
  throw fail(code, { detail: { check: 'mail-code', purpose: ticket.purpose, left } });
}

/**
 * Consumes what was proven, inside the transaction of its effect. Throws `ticket_over` when somebody was faster, or the
 * account has got another address or password meanwhile.
 */
export async function consumeTicket(
  { clock }: Pick<Ports, 'clock'>,
  tx: Transaction,
  { ticket: { id, digest }, charges }: ProvenMailbox,
): Promise<void> {
  if (!(await tx.mailTickets.consume({ id, digest, now: clock.now() }))) throw over('ticket-used');
  await restore(tx, charges);
}

const over = (check: string): DomainFailure => fail('ticket_over', { detail: { check } });
