import type { OutboxLine, OutboxRecords } from '../domain/outbox.ts';
import type { Sql, SqlRow } from './sql.ts';

/** The statements of an outbox, and what its rows are read as. */
export interface OutboxStatements<Line> {
  readonly claim: string;
  readonly defer: string;
  readonly delete: string;
  readonly collect: string;
  readonly line: (row: SqlRow) => Line;
}

/** The statements of a table with the columns of an outbox; its time is over at `age`. */
export const outboxStatements = <Line>(
  { table, columns, age }: { readonly table: string; readonly columns: string; readonly age: string },
  line: (row: SqlRow) => Line,
): OutboxStatements<Line> => ({
  // The second condition is asked again of a row that another claim held meanwhile.
  claim: `UPDATE ${table} SET attempts = attempts + 1, next_at = ? WHERE id IN
    (SELECT id FROM ${table} WHERE next_at <= ? ORDER BY next_at, id LIMIT ?) AND next_at <= ?
    RETURNING ${columns}`,
  defer: `UPDATE ${table} SET next_at = ? WHERE id = ? AND attempts = ?`,
  delete: `DELETE FROM ${table} WHERE id = ?`,
  collect: `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE ${age} < ? LIMIT ?)`,
  line,
});

/** The verbs that all outboxes share. */
export const outbox = <Line extends OutboxLine>(
  sql: Sql,
  statements: OutboxStatements<Line>,
): Omit<OutboxRecords<Line>, 'insert'> => ({
  claim: async ({ now, until, limit }) => {
    const rows = await sql.all(statements.claim, until, now, limit, now);
    return rows.map(statements.line).sort((one, other) => (one.id < other.id ? -1 : 1));
  },
  defer: async ({ id, attempts }, nextAt) => {
    await sql.run(statements.defer, nextAt, id, attempts);
  },
  delete: async (id) => (await sql.run(statements.delete, id)) === 1,
  collect: (before, limit) => sql.run(statements.collect, before, limit),
});
