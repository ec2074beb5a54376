import { type EventRecord, eventHash } from '../../domain/event.ts';
import type { EventRecords } from '../../domain/store.ts';
import { integer, type Line, type Sql, type SqlRow, type SqlValue, type Statement, text } from '../sql.ts';

/** Events in SQL with the head of their chain. */
export const events = (sql: Sql): EventRecords => ({
  list: ({ after, limit, ...filter }) => {
    const { where, values } = matching(filter);
    return page(sql, `seq > ?${where} ORDER BY seq LIMIT ?`, [after, ...values, limit]);
  },
  listBack: ({ before, limit, ...filter }) => {
    const { where, values } = matching(filter);
    return page(sql, `seq < ?${where} ORDER BY seq DESC LIMIT ?`, [before, ...values, limit]);
  },
  head: async () => {
    const row = await chain(
      sql.get('SELECT seq, hash, anchor_seq, anchor_hash FROM event_chain WHERE id = 1'),
    );
    return {
      seq: integer(row, 'seq'),
      hash: text(row, 'hash'),
      anchorSeq: integer(row, 'anchor_seq'),
      anchorHash: text(row, 'anchor_hash'),
    };
  },
  append: (entry) => sql.append(eventChain, entry),
  collect: (before, limit) => collectEvents(sql, before, limit),
});

/** Each event is numbered by the head of the chain, and carries a hash that follows on the one before. */
const eventChain: Line<Omit<EventRecord, 'seq' | 'hash'>> = {
  name: 'events',
  take: async (sql, entries) => {
    const head = await chain(sql.get(takeNumbers, entries.length));
    let seq = integer(head, 'seq') - entries.length;
    let hash = text(head, 'hash');
    const inserts = entries.map((entry): Statement => {
      seq += 1;
      hash = eventHash(hash, { ...entry, seq });
      const { at, type, accountId, sessionId, actor, network, data } = entry;
      return [insertEvent, seq, at, type, accountId, sessionId, actor, network, data, hash];
    });
    return [...inserts, [setHead, hash]];
  },
};

const takeNumbers = 'UPDATE event_chain SET seq = seq + ? WHERE id = 1 RETURNING seq, hash';
const setHead = 'UPDATE event_chain SET hash = ? WHERE id = 1';
const insertEvent = `INSERT INTO events (seq, at, type, account_id, session_id, actor, network, data, hash)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

async function collectEvents(sql: Sql, before: number, limit: number): Promise<number> {
  const oldest = await sql.all('SELECT seq, at, hash FROM events ORDER BY seq LIMIT ?', limit);
  // Only an unbroken run from the oldest on may go, or the chain could not be followed any more.
  const firstKept = oldest.findIndex((row) => integer(row, 'at') >= before);
  const last = oldest.at(firstKept === -1 ? -1 : firstKept - 1);
  if (!last || firstKept === 0) return 0;
  await sql.run(
    'UPDATE event_chain SET anchor_seq = ?, anchor_hash = ? WHERE id = 1',
    integer(last, 'seq'),
    text(last, 'hash'),
  );
  return sql.run('DELETE FROM events WHERE seq <= ?', integer(last, 'seq'));
}

/** Only what is asked for stands in the statement, so that an index can serve it. */
function matching({ accountId = '', type = '' }: Filter): { where: string; values: string[] } {
  const account = accountId && ' AND account_id = ?';
  return { where: account + (type && ' AND type = ?'), values: [accountId, type].filter(Boolean) };
}

interface Filter {
  readonly accountId?: string | undefined;
  readonly type?: string | undefined;
}

async function page(sql: Sql, where: string, values: readonly SqlValue[]): Promise<EventRecord[]> {
  return (await sql.all(`SELECT * FROM events WHERE ${where}`, ...values)).map(event);
}

async function chain(reading: Promise<SqlRow | undefined>): Promise<SqlRow> {
  const row = await reading;
  if (!row) throw new Error('the chain of events has lost its head');
  return row;
}

const event = (row: SqlRow): EventRecord => ({
  seq: integer(row, 'seq'),
  at: integer(row, 'at'),
  type: text(row, 'type'),
  accountId: text(row, 'account_id'),
  sessionId: text(row, 'session_id'),
  actor: text(row, 'actor'),
  network: text(row, 'network'),
  data: text(row, 'data'),
  hash: text(row, 'hash'),
});
