import type { AccessTerms, ClientFamily, FamilyGrant } from '../../domain/oauth/family-grant.ts';
import type { FamilyGrantRecords } from '../../domain/oauth/records.ts';
import type { Family } from '../../domain/tokens/family.ts';
import { integer, type Sql, type SqlRow, type SqlValue, text, words } from '../sql.ts';
import { familyColumns, familyValues } from '../tokens/families.ts';

const grantColumns = `scopes, resources, claims, dpop_thumbprint, format, proven_at, amr, access_scopes, access_resources, access_dpop_thumbprint,
  prior_access_scopes, prior_access_resources, prior_access_dpop_thumbprint`;

const findGrant = `SELECT id, ${grantColumns}, client_id FROM families WHERE id = ?`;

const insertFamily = `INSERT INTO families (${familyColumns}, ${grantColumns}, client_id)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`;

const setAccess = `UPDATE families SET prior_access_scopes = access_scopes, prior_access_resources = access_resources,
  prior_access_dpop_thumbprint = access_dpop_thumbprint, access_scopes = ?, access_resources = ?, access_dpop_thumbprint = ?
  WHERE id = ? AND client_id <> ''`;

const listed = `SELECT f.* FROM sessions s JOIN families f ON f.session_id = s.id AND f.client_id <> ''`;

const visited = `SELECT client_id FROM families WHERE session_id = ? AND client_id <> ''
  UNION SELECT client_id FROM session_clients WHERE session_id = ? ORDER BY client_id`;

const insertVisit = `INSERT INTO session_clients (session_id, client_id) VALUES (?, ?)
  ON CONFLICT (session_id, client_id) DO NOTHING`;

const ofAccount = `SELECT f.id FROM sessions s JOIN families f ON f.session_id = s.id
  WHERE s.account_id = ? AND f.client_id = ? AND f.client_id <> ''`;

const outlived = `SELECT id FROM families WHERE client_id <> '' AND rotated_at < ? UNION ALL
  SELECT id FROM families WHERE client_id <> '' AND digest = '' AND access_expires_at < ? LIMIT ?`;

/** Families of clients in SQL, with what they were given for. */
export const familyGrants = (sql: Sql): FamilyGrantRecords => ({
  find: async (familyId) => {
    const row = await sql.find(findGrant, familyId);
    return row && text(row, 'client_id') !== '' ? familyGrant(row) : undefined;
  },
  list: async ({ accountId, clientId }) => {
    const open = `${listed} WHERE s.account_id = ? AND s.ended_at = 0`;
    const rows =
      clientId === undefined
        ? await sql.all(`${open} ORDER BY f.id DESC`, accountId)
        : await sql.all(`${open} AND f.client_id = ? ORDER BY f.id DESC`, accountId, clientId);
    return rows.map(clientFamily);
  },
  listOfSession: async (sessionId) => {
    const rows = await sql.all(`${listed} WHERE s.id = ? ORDER BY f.id DESC`, sessionId);
    return rows.map(clientFamily);
  },
  clientsOfSession: async (sessionId) => {
    const rows = await sql.all(visited, sessionId, sessionId);
    return rows.map((row) => text(row, 'client_id'));
  },
  insert: (family, grant) => insert(sql, family, grant),
  setAccess: async (familyId, { scopes, resources, dpopThumbprint }) => {
    await sql.run(setAccess, scopes.join(' '), resources.join(' '), dpopThumbprint, familyId);
  },
  end: async (familyId) => (await end(sql, `id = ? AND client_id <> ''`, familyId)) === 1,
  endAll: ({ accountId, clientId }) => end(sql, `id IN (${ofAccount})`, accountId, clientId),
  collect: ({ rotatedBefore, expiredBefore }, limit) =>
    end(sql, `id IN (${outlived})`, rotatedBefore, expiredBefore, limit),
});

/**
 * Ends families; returns how many. Their codes go with them, or they could begin families anew. That a client was there is
 * remembered, since it is told when the session ends.
 */
async function end(sql: Sql, which: string, ...values: SqlValue[]): Promise<number> {
  const rows = await sql.all(
    `DELETE FROM families WHERE ${which} RETURNING id, session_id, client_id`,
    ...values,
  );
  for (const row of rows) await sql.run('DELETE FROM codes WHERE id = ?', text(row, 'id'));
  const visits = rows.map((row) => [text(row, 'session_id'), text(row, 'client_id')] as const);
  for (const visit of new Map(visits.map((one) => [one.join(' '), one])).values())
    await sql.run(insertVisit, ...visit);
  return rows.length;
}

async function insert(sql: Sql, family: Family & { clientId: string }, grant: FamilyGrant): Promise<boolean> {
  const inserted = await sql.run(
    insertFamily,
    ...familyValues(family),
    grant.scopes.join(' '),
    grant.resources.join(' '),
    grant.claims,
    grant.dpopThumbprint,
    grant.format,
    grant.provenAt,
    grant.amr,
    ...terms(grant.access),
    ...terms(grant.priorAccess),
    family.clientId,
  );
  return inserted === 1;
}

const terms = ({ scopes, resources, dpopThumbprint }: AccessTerms): string[] => [
  scopes.join(' '),
  resources.join(' '),
  dpopThumbprint,
];

const familyGrant = (row: SqlRow): FamilyGrant => ({
  id: text(row, 'id'),
  scopes: words(row, 'scopes'),
  resources: words(row, 'resources'),
  claims: text(row, 'claims'),
  dpopThumbprint: text(row, 'dpop_thumbprint'),
  format: text(row, 'format') === 'opaque' ? 'opaque' : 'jwt',
  provenAt: integer(row, 'proven_at'),
  amr: text(row, 'amr'),
  access: {
    scopes: words(row, 'access_scopes'),
    resources: words(row, 'access_resources'),
    dpopThumbprint: text(row, 'access_dpop_thumbprint'),
  },
  priorAccess: {
    scopes: words(row, 'prior_access_scopes'),
    resources: words(row, 'prior_access_resources'),
    dpopThumbprint: text(row, 'prior_access_dpop_thumbprint'),
  },
});

const clientFamily = (row: SqlRow): ClientFamily => ({
  ...familyGrant(row),
  clientId: text(row, 'client_id'),
  sessionId: text(row, 'session_id'),
});
