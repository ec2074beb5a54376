/** What the tables hold: counted in the common SQL; how much room they take, each driver knows. */
import type { TableSize } from '../../domain/admin/table-size.ts';
import { tables } from '../records.ts';
import { integer, type Sql } from '../sql.ts';

/** Where rows know their birth: the column, in milliseconds since 1970. */
const births: Readonly<Record<string, string>> = {
  accounts: 'created_at',
  sessions: 'created_at',
  api_keys: 'created_at',
  events: 'at',
  signing_keys: 'created_at',
  revocations: 'at',
  mails: 'created_at',
  mail_tickets: 'created_at',
  clients: 'created_at',
  client_secrets: 'created_at',
  registration_tokens: 'created_at',
  authorizations: 'created_at',
  grants: 'created_at',
  device_authorizations: 'created_at',
  client_tokens: 'created_at',
  identities: 'created_at',
  sign_out_notices: 'created_at',
  totps: 'created_at',
  recovery_codes: 'created_at',
  passkeys: 'created_at',
  remembered_devices: 'created_at',
};

/** Tables whose rows come with those of another one: they are as young as these. */
const companions: Readonly<Record<string, string>> = {
  identifiers: 'accounts',
  passwords: 'accounts',
  families: 'sessions',
  session_clients: 'sessions',
  client_origins: 'clients',
};

/** The sizes of all tables, with the rows that were born since a moment. `bytes` tells the room that each takes. */
export async function tableSizes(
  sql: Pick<Sql, 'get'>,
  bytes: ReadonlyMap<string, number>,
  since: number,
): Promise<TableSize[]> {
  const sizes = new Map<string, TableSize>();
  for (const table of tables)
    sizes.set(table, await sizeOf(sql, { table, bytes: bytes.get(table) ?? 0, since }));
  return [...sizes.values()].map((size) => {
    const leader = sizes.get(companions[size.table] ?? '');
    if (!leader || leader.rows === 0 || leader.born === undefined) return size;
    return { ...size, born: Math.round((size.rows * leader.born) / leader.rows), oldest: leader.oldest };
  });
}

async function sizeOf(
  sql: Pick<Sql, 'get'>,
  { table, bytes, since }: { table: string; bytes: number; since: number },
): Promise<TableSize> {
  const birth = births[table];
  const born =
    birth === undefined ? '0' : `COALESCE(SUM(CASE WHEN ${birth} >= ${since} THEN 1 ELSE 0 END), 0)`;
  const oldest = birth === undefined ? '0' : `COALESCE(MIN(${birth}), 0)`;
  const row = await sql.get(`SELECT COUNT(*) AS n, ${born} AS born, ${oldest} AS oldest FROM ${table}`);
  const rows = row ? integer(row, 'n') : 0;
  const known = birth !== undefined && row !== undefined && rows > 0;
  return {
    table,
    rows,
    bytes,
    born: known ? integer(row, 'born') : undefined,
    oldest: known ? integer(row, 'oldest') : undefined,
  };
}
