import type { MailRecords } from '../../domain/mail/records.ts';
import { neverDue, type WaitingMail } from '../../domain/mail/waiting-mail.ts';
import { outbox, outboxStatements } from '../outbox.ts';
import { bytes, integer, type Sql, type SqlRow, text } from '../sql.ts';

const columns = 'id, kind, account_id, sealed, attempts, next_at, created_at, expires_at';

const mail = (row: SqlRow): WaitingMail => ({
  id: text(row, 'id'),
  kind: text(row, 'kind'),
  accountId: text(row, 'account_id'),
  sealed: bytes(row, 'sealed'),
  attempts: integer(row, 'attempts'),
  nextAt: integer(row, 'next_at'),
  createdAt: integer(row, 'created_at'),
  expiresAt: integer(row, 'expires_at'),
});

const statements = outboxStatements({ table: 'mails', columns, age: 'expires_at' }, mail);

/** Sorts after every UUID. */
const pastAllIds = 'g';

/** The outbox of mails in SQL. */
export const mails = (sql: Sql): MailRecords => ({
  ...outbox(sql, statements),
  insert: async (entry) => {
    await sql.run(
      `INSERT INTO mails (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      entry.id,
      entry.kind,
      entry.accountId,
      entry.sealed,
      entry.attempts,
      entry.nextAt,
      entry.createdAt,
      entry.expiresAt,
    );
  },
  latest: async ({ limit, before = pastAllIds }) =>
    (await sql.all(`SELECT ${columns} FROM mails WHERE id < ? ORDER BY id DESC LIMIT ?`, before, limit)).map(
      mail,
    ),
  find: async (id) => {
    const row = await sql.get(`SELECT ${columns} FROM mails WHERE id = ?`, id);
    return row && mail(row);
  },
  countWaiting: async () => {
    const row = await sql.get('SELECT COUNT(*) AS waiting FROM mails WHERE next_at < ?', neverDue);
    return row ? integer(row, 'waiting') : 0;
  },
  clear: () => sql.run('DELETE FROM mails'),
});
