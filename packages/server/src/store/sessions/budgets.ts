import type { BudgetRecords } from '../../domain/store.ts';
import { integer, type Sql } from '../sql.ts';

/** Attempt budgets in SQL. One statement spends, so that no race can pass the limit. */
export const budgets = (sql: Sql): BudgetRecords => ({
  spend: async ({ key, limit, now, resetsAt }) => {
    // A window that ends later than the one after this could end is of a clock that was set back since: it is over.
    const tooFar = resetsAt + (resetsAt - now);
    const row = await sql.get(
      `INSERT INTO budgets (key, used, resets_at) VALUES (?, 1, ?)
        ON CONFLICT (key) DO UPDATE SET
          used = CASE WHEN budgets.resets_at <= ? OR budgets.resets_at > ? THEN 1 ELSE budgets.used + 1 END,
          resets_at = CASE WHEN budgets.resets_at <= ? OR budgets.resets_at > ? THEN excluded.resets_at ELSE budgets.resets_at END
        WHERE budgets.used < ? OR budgets.resets_at <= ? OR budgets.resets_at > ?
        RETURNING used, resets_at`,
      key,
      resetsAt,
      now,
      tooFar,
      now,
      tooFar,
      limit,
      now,
      tooFar,
    );
    return row && { used: integer(row, 'used'), resetsAt: integer(row, 'resets_at') };
  },
  restore: async (key) => {
    await sql.run('UPDATE budgets SET used = used - 1 WHERE key = ? AND used > 0', key);
  },
  resetsAt: async (key) => {
    const row = await sql.get('SELECT resets_at FROM budgets WHERE key = ?', key);
    return row && integer(row, 'resets_at');
  },
  collect: (resetBefore, limit) =>
    sql.run(
      'DELETE FROM budgets WHERE key IN (SELECT key FROM budgets WHERE resets_at < ? LIMIT ?)',
      resetBefore,
      limit,
    ),
});
