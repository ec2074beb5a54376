import type { MailTicket, TicketPurpose } from '../../domain/mail/ticket.ts';
import type { MailTicketRecords } from '../../domain/mail/ticket-records.ts';
import { bytes, integer, type Sql, type SqlRow, text } from '../sql.ts';

const columns = `id, digest, purpose, mailbox, account_id, asker, hollow, contents, guesses, created_at, expires_at`;

const replaced = [
  'digest',
  'id',
  'account_id',
  'asker',
  'hollow',
  'contents',
  'guesses',
  'created_at',
  'expires_at',
]
  .map((column) => `${column} = excluded.${column}`)
  .join(', ');

/** Mail tickets in SQL: one of a purpose for a mailbox, so that a new one voids the one before. */
export const mailTickets = (sql: Sql): MailTicketRecords => ({
  find: async (id) => found(await sql.get(`SELECT ${columns} FROM mail_tickets WHERE id = ?`, id)),
  list: async (purpose, limit) => {
    const rows = await sql.all(
      `SELECT ${columns} FROM mail_tickets WHERE purpose = ? ORDER BY id DESC LIMIT ?`,
      purpose,
      limit,
    );
    return rows.map(readTicket);
  },
  issue: (ticket) => issue(sql, ticket),
  guess: async (id, now) => {
    const row = await sql.get(
      'UPDATE mail_tickets SET guesses = guesses - 1 WHERE id = ? AND guesses > 0 AND expires_at > ? RETURNING guesses',
      id,
      now,
    );
    return row && integer(row, 'guesses');
  },
  consume: async ({ id, digest, now }) =>
    found(
      await sql.get(
        `DELETE FROM mail_tickets WHERE id = ? AND digest = ? AND expires_at > ? RETURNING ${columns}`,
        id,
        digest,
        now,
      ),
    ),
  delete: async (id) => (await sql.run('DELETE FROM mail_tickets WHERE id = ?', id)) === 1,
  voidOf: (accountId, undoBefore) =>
    sql.run(
      `DELETE FROM mail_tickets WHERE account_id = ? AND NOT (purpose = 'email-undo' AND created_at < ?)`,
      accountId,
      undoBefore,
    ),
  clear: () => sql.run('DELETE FROM mail_tickets'),
  collect: (expiredBefore, limit) =>
    sql.run(
      'DELETE FROM mail_tickets WHERE id IN (SELECT id FROM mail_tickets WHERE expires_at < ? LIMIT ?)',
      expiredBefore,
      limit,
    ),
});

async function issue(sql: Sql, entry: MailTicket): Promise<void> {
  await sql.run(
    `INSERT INTO mail_tickets (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (purpose, mailbox) DO UPDATE SET ${replaced}`,
    entry.id,
    entry.digest,
    entry.purpose,
    entry.mailbox,
    entry.accountId,
    entry.asker,
    entry.hollow ? 1 : 0,
    entry.contents,
    entry.guesses,
    entry.createdAt,
    entry.expiresAt,
  );
}

const found = (row: SqlRow | undefined): MailTicket | undefined => row && readTicket(row);

const readTicket = (row: SqlRow): MailTicket => ({
  id: text(row, 'id'),
  digest: text(row, 'digest'),
  // Nobody but this file writes the column.
  purpose: text(row, 'purpose') as TicketPurpose,
  mailbox: text(row, 'mailbox'),
  accountId: text(row, 'account_id'),
  asker: text(row, 'asker'),
  hollow: integer(row, 'hollow') === 1,
  contents: bytes(row, 'contents'),
  guesses: integer(row, 'guesses'),
  createdAt: integer(row, 'created_at'),
  expiresAt: integer(row, 'expires_at'),
});
