import type { RoleRecords } from '../../domain/accounts/records.ts';
import { type Sql, text, words } from '../sql.ts';

/** Roles in SQL. */
export const roles = (sql: Sql): RoleRecords => ({
  find: async (name) => {
    const row = await sql.get('SELECT name, permissions FROM roles WHERE name = ?', name);
    return row && { name: text(row, 'name'), permissions: words(row, 'permissions') };
  },
  list: async () => {
    const rows = await sql.all('SELECT name, permissions FROM roles ORDER BY name');
    return rows.map((row) => ({ name: text(row, 'name'), permissions: words(row, 'permissions') }));
  },
  permissions: async (names) => {
    const all = new Set<string>();
    for (const name of names) {
      const row = await sql.get('SELECT permissions FROM roles WHERE name = ?', name);
      for (const permission of row ? words(row, 'permissions') : []) all.add(permission);
    }
    return [...all].sort();
  },
  put: async ({ name, permissions }) => {
    await sql.run(
      `INSERT INTO roles (name, permissions) VALUES (?, ?)
        ON CONFLICT (name) DO UPDATE SET permissions = excluded.permissions`,
      name,
      permissions.join(' '),
    );
  },
  delete: async (name) => (await sql.run('DELETE FROM roles WHERE name = ?', name)) === 1,
});
