/** `doorward roles …`: names for permissions. */
import { deleteRole, putRole } from '../../domain/accounts/govern.ts';
import { permissionName, roleName } from '../../http/admin/roles.ts';
import { columns } from '../columns.ts';
import { operator } from '../verbs.ts';
import { argument, type Command, CommandRefused } from './command.ts';
import { withPorts } from './folder.ts';

/** `roles list`. */
export const listRoles: Command = (invocation) =>
  withPorts(invocation, async ({ store }) => {
    const roles = await store.read.roles.list();
    return {
      json: { roles },
      text: columns(roles.map(({ name, permissions }) => [name, permissions.join(' ')])),
    };
  });

/** `roles put`: makes or replaces a role. */
export const putAnyRole: Command = (invocation) =>
  withPorts(
    invocation,
    async (ports) => {
      const [name = '', ...permissions] = invocation.args;
      if (!roleName.test(name)) throw new CommandRefused(`"${name}" cannot be the name of a role.`, 2);
      const strange = permissions.find((permission) => !permissionName.test(permission));
      if (strange !== undefined) throw new CommandRefused(`"${strange}" cannot be a permission.`, 2);
      await putRole(ports, operator, { name, permissions });
      const role = await ports.store.read.roles.find(name);
      return { json: { role }, text: columns([[name, role?.permissions.join(' ') ?? '']]) };
    },
    { make: true },
  );

/** `roles delete`: a role that nobody holds. */
export const deleteAnyRole: Command = (invocation) =>
  withPorts(invocation, async (ports) => {
    const name = argument(invocation, 0);
    await deleteRole(ports, operator, name);
    return { json: { deleted: name }, text: `Deleted the role ${name}.` };
  });
