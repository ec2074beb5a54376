import type { SignOutNoticeRecords } from '../../domain/oauth/records.ts';
import type { SignOutNotice } from '../../domain/oauth/sign-out-notice.ts';
import { outbox, outboxStatements } from '../outbox.ts';
import { integer, type Sql, type SqlRow, text } from '../sql.ts';

const columns = 'id, client_id, session_id, account_id, attempts, next_at, created_at';

const notice = (row: SqlRow): SignOutNotice => ({
  id: text(row, 'id'),
  clientId: text(row, 'client_id'),
  sessionId: text(row, 'session_id'),
  accountId: text(row, 'account_id'),
  attempts: integer(row, 'attempts'),
  nextAt: integer(row, 'next_at'),
  createdAt: integer(row, 'created_at'),
});

const statements = outboxStatements({ table: 'sign_out_notices', columns, age: 'created_at' }, notice);

/** The outbox of sign-out notices in SQL. */
export const signOutNotices = (sql: Sql): SignOutNoticeRecords => ({
  ...outbox(sql, statements),
  insert: async (entry) => {
    await sql.run(
      `INSERT INTO sign_out_notices (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      entry.id,
      entry.clientId,
      entry.sessionId,
      entry.accountId,
      entry.attempts,
      entry.nextAt,
      entry.createdAt,
    );
  },
});
