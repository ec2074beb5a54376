import type { Account, AccountSearch, AccountStatus, Identifier } from '../../domain/accounts/account.ts';
import type { AccountRecords } from '../../domain/accounts/records.ts';
import { cell, integer, type Sql, type SqlRow, text, words } from '../sql.ts';

const columns = `a.id, a.name, a.status, a.deletes_at, a.roles, a.created_at, a.updated_at,
  (SELECT typed FROM identifiers WHERE account_id = a.id AND kind = 'email') AS email,
  (SELECT verified_at FROM identifiers WHERE account_id = a.id AND kind = 'email') AS email_verified_at,
  (SELECT typed FROM identifiers WHERE account_id = a.id AND kind = 'username') AS username`;

const deletions = [
  'DELETE FROM families WHERE session_id IN (SELECT id FROM sessions WHERE account_id = ?)',
  'DELETE FROM sessions WHERE account_id = ?',
  'DELETE FROM api_keys WHERE account_id = ?',
  'DELETE FROM grants WHERE account_id = ?',
  'DELETE FROM identities WHERE account_id = ?',
  'DELETE FROM mail_tickets WHERE account_id = ?',
  'DELETE FROM totps WHERE account_id = ?',
  'DELETE FROM totp_drafts WHERE account_id = ?',
  'DELETE FROM recovery_codes WHERE account_id = ?',
  'DELETE FROM passkeys WHERE account_id = ?',
  'DELETE FROM remembered_devices WHERE account_id = ?',
  'DELETE FROM attempts WHERE account_id = ?',
  'DELETE FROM passwords WHERE account_id = ?',
  'DELETE FROM identifiers WHERE account_id = ?',
];

/** Not LIKE: it regards case in one database and not in the other. */
const findHolding =
  "SELECT id FROM accounts WHERE REPLACE(' ' || roles || ' ', ?, '') <> ' ' || roles || ' '";

const findAccount = `SELECT ${columns} FROM accounts a WHERE a.id = ?`;
const findByIdentifier = `SELECT ${columns} FROM identifiers i JOIN accounts a ON a.id = i.account_id WHERE i.canonical = ?`;

/** Accounts, identifiers and passwords in SQL. */
export const accounts = (sql: Sql): AccountRecords => ({
  find: async (id) => found(await sql.get(findAccount, id)),
  findByIdentifier: async (canonical) => found(await sql.get(findByIdentifier, canonical)),
  search: (search) => searchAccounts(sql, search),
  password: async (accountId) => {
    const row = await sql.get('SELECT phc, changed_at FROM passwords WHERE account_id = ?', accountId);
    return row && { accountId, phc: text(row, 'phc'), changedAt: integer(row, 'changed_at') };
  },
  count: async () => {
    const rows = await sql.all('SELECT status, COUNT(*) AS n FROM accounts GROUP BY status');
    const of = (status: AccountStatus) => rows.find((row) => text(row, 'status') === status);
    const number = (row: SqlRow | undefined) => (row ? integer(row, 'n') : 0);
    return { active: number(of('active')), disabled: number(of('disabled')) };
  },
  roleHeld: async (role) => (await sql.get(`${findHolding} LIMIT 1`, ` ${role} `)) !== undefined,
  listHolding: async (role, { after, limit }) => {
    const rows = await sql.all(`${findHolding} AND id > ? ORDER BY id LIMIT ?`, ` ${role} `, after, limit);
    return rows.map((row) => text(row, 'id'));
  },
  insert: (account, identifiers) => insertAccount(sql, account, identifiers),
  update: (id, change) => updateAccount(sql, id, change),
  listDue: async (now, limit) => {
    const due =
      'SELECT id FROM accounts WHERE deletes_at > 0 AND deletes_at <= ? ORDER BY deletes_at LIMIT ?';
    return (await sql.all(due, now, limit)).map((row) => text(row, 'id'));
  },
  setIdentifier: (accountId, identifier) => setIdentifier(sql, accountId, identifier),
  removeIdentifier: async (accountId, kind) => {
    await sql.run('DELETE FROM identifiers WHERE account_id = ? AND kind = ?', accountId, kind);
  },
  ...proofs(sql),
  setPassword: async ({ accountId, phc, changedAt }) => {
    await sql.run(
      `INSERT INTO passwords (account_id, phc, changed_at) VALUES (?, ?, ?)
        ON CONFLICT (account_id) DO UPDATE SET phc = excluded.phc, changed_at = excluded.changed_at`,
      accountId,
      phc,
      changedAt,
    );
  },
  replaceHash: async (accountId, from, to) =>
    (await sql.run('UPDATE passwords SET phc = ? WHERE account_id = ? AND phc = ?', to, accountId, from)) ===
    1,
  delete: async (id) => {
    for (const deletion of deletions) await sql.run(deletion, id);
    return (await sql.run('DELETE FROM accounts WHERE id = ?', id)) === 1;
  },
});

/** Which addresses were proven. */
const proofs = (sql: Sql): Pick<AccountRecords, 'verifyIdentifier' | 'takeUnverified'> => ({
  verifyIdentifier: async (accountId, canonical, verifiedAt) =>
    (await sql.run(
      'UPDATE identifiers SET verified_at = ? WHERE canonical = ? AND account_id = ?',
      verifiedAt,
      canonical,
      accountId,
    )) === 1,
  takeUnverified: async (canonical) => {
    const row = await sql.get(
      "DELETE FROM identifiers WHERE canonical = ? AND kind = 'email' AND verified_at = 0 RETURNING account_id",
      canonical,
    );
    return row && text(row, 'account_id');
  },
});

/** Case is folded here: the databases do not agree on it beyond ASCII. */
const folded = (name: string): string => name.normalize('NFKC').toLowerCase();

/** A pattern that stands for itself: `%` and `_` lose their meaning. */
const literal = (part: string): string => part.replace(/[!%_]/g, '!$&');

async function searchAccounts(sql: Sql, { text: part, after, limit }: AccountSearch): Promise<Account[]> {
  const pattern = `%${literal(folded(part ?? ''))}%`;
  const rows = await sql.all(
    `SELECT ${columns} FROM accounts a WHERE a.id > ? AND (? = '%%' OR a.name_folded LIKE ? ESCAPE '!' OR EXISTS (
      SELECT 1 FROM identifiers i WHERE i.account_id = a.id AND i.canonical LIKE ? ESCAPE '!')) ORDER BY a.id LIMIT ?`,
    after ?? '',
    pattern,
    pattern,
    pattern,
    limit,
  );
  return rows.map(account);
}

async function insertAccount(
  sql: Sql,
  account: Account,
  identifiers: readonly Identifier[],
): Promise<boolean> {
  for (const { canonical } of identifiers) {
    if (await sql.get('SELECT account_id FROM identifiers WHERE canonical = ?', canonical)) return false;
  }
  await sql.run(
    `INSERT INTO accounts (id, name, name_folded, status, deletes_at, roles, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    account.id,
    account.name,
    folded(account.name),
    account.status,
    account.deletesAt,
    account.roles.join(' '),
    account.createdAt,
    account.updatedAt,
  );
  for (const identifier of identifiers) {
    if (await insertIdentifier(sql, account.id, identifier)) continue;
    // Another writer took it meanwhile, or it was given twice. The account goes, its identifiers with it.
    await sql.run('DELETE FROM accounts WHERE id = ?', account.id);
    return false;
  }
  return true;
}

async function updateAccount(
  sql: Sql,
  id: string,
  { name, status, deletesAt, roles, updatedAt }: AccountChange,
): Promise<boolean> {
  const changed = await sql.run(
    `UPDATE accounts SET name = COALESCE(?, name), name_folded = COALESCE(?, name_folded),
      status = COALESCE(?, status), deletes_at = COALESCE(?, deletes_at), roles = COALESCE(?, roles), updated_at = ? WHERE id = ?`,
    name ?? null,
    name === undefined ? null : folded(name),
    status ?? null,
    deletesAt ?? null,
    roles?.join(' ') ?? null,
    updatedAt,
    id,
  );
  return changed === 1;
}

type AccountChange = Parameters<AccountRecords['update']>[1];

async function setIdentifier(
  sql: Sql,
  accountId: string,
  { kind, typed, canonical, verifiedAt }: Identifier,
): Promise<boolean> {
  const taken = await sql.get(
    'SELECT canonical FROM identifiers WHERE canonical = ? AND NOT (account_id = ? AND kind = ?)',
    canonical,
    accountId,
    kind,
  );
  if (taken) return false;
  await sql.run('DELETE FROM identifiers WHERE account_id = ? AND kind = ?', accountId, kind);
  return insertIdentifier(sql, accountId, { kind, typed, canonical, verifiedAt });
}

/** The unique index has the last word: of two writers at once one inserts nothing. */
const insertIdentifier = async (sql: Sql, accountId: string, identifier: Identifier): Promise<boolean> =>
  (await sql.run(
    `INSERT INTO identifiers (canonical, account_id, kind, typed, verified_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (canonical) DO NOTHING`,
    identifier.canonical,
    accountId,
    identifier.kind,
    identifier.typed,
    identifier.verifiedAt ?? 0,
  )) === 1;

const found = (row: SqlRow | undefined): Account | undefined => row && account(row);

const account = (row: SqlRow): Account => ({
  id: text(row, 'id'),
  name: text(row, 'name'),
  email: optional(row, 'email'),
  emailVerifiedAt: cell(row, 'email_verified_at') === null ? 0 : integer(row, 'email_verified_at'),
  username: optional(row, 'username'),
  status: text(row, 'status') === 'active' ? 'active' : 'disabled',
  deletesAt: integer(row, 'deletes_at'),
  roles: words(row, 'roles'),
  createdAt: integer(row, 'created_at'),
  updatedAt: integer(row, 'updated_at'),
});

const optional = (row: SqlRow, column: string): string | undefined =>
  cell(row, column) === null ? undefined : text(row, column);
