import type { Role } from '../../domain/accounts/account.ts';
import type { RoleRecords } from '../../domain/accounts/records.ts';
import { factorDemands, strictest } from '../../domain/factors/factor.ts';
import { type Sql, type SqlRow, text, words } from '../sql.ts';

const findRole = 'SELECT name, permissions, requires FROM roles WHERE name = ?';

/** Roles in SQL. */
export const roles = (sql: Sql): RoleRecords => ({
  find: async (name) => {
    const row = await sql.get(findRole, name);
    return row && role(row);
  },
  list: async () => {
    const rows = await sql.all('SELECT name, permissions, requires FROM roles ORDER BY name');
    return rows.map(role);
  },
  permissions: async (names) => {
    const all = new Set<string>();
    for (const name of names) {
      const row = await sql.get(findRole, name);
      for (const permission of row ? words(row, 'permissions') : []) all.add(permission);
    }
    return [...all].sort();
  },
  demand: async (names) => {
    const rows = [];
    for (const name of names) rows.push(await sql.get(findRole, name));
    return strictest(rows.flatMap((row) => (row ? [role(row).requires] : [])));
  },
  insert: async ({ name, permissions, requires }) =>
    (await sql.run(
      `INSERT INTO roles (name, permissions, requires) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING`,
      name,
      permissions.join(' '),
      requires,
    )) === 1,
  put: async ({ name, permissions, requires }) => {
    await sql.run(
      `INSERT INTO roles (name, permissions, requires) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET permissions = excluded.permissions, requires = excluded.requires`,
      name,
      permissions.join(' '),
      requires,
    );
  },
  delete: async (name) => (await sql.run('DELETE FROM roles WHERE name = ?', name)) === 1,
});

function role(row: SqlRow): Role {
  const stated = text(row, 'requires');
  const requires = factorDemands.find((demand) => demand === stated);
  if (!requires) throw new TypeError('column requires holds no demand');
  return { name: text(row, 'name'), permissions: words(row, 'permissions'), requires };
}
