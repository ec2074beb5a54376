/** `doorward roles …`: names for permissions. */
import type { Role } from '../../domain/accounts/account.ts';
import { deleteRole, putRole } from '../../domain/accounts/govern.ts';
import { type FactorDemand, factorDemands } from '../../domain/factors/factor.ts';
import { permissionName, roleName } from '../../http/admin/roles.ts';
import { columns } from '../columns.ts';
import { operator } from '../verbs.ts';
import { argument, type Command, CommandRefused, type Invocation, textOption } from './command.ts';
import { withPorts } from './folder.ts';

/** `roles list`. */
export const listRoles: Command = (invocation) =>
  withPorts(invocation, async ({ store }) => {
    const roles = await store.read.roles.list();
    return {
      json: { roles },
      text: columns(roles.map(shown)),
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
      const role = await putRole(ports, operator, { name, permissions, requires: demandOption(invocation) });
      return { json: { role }, text: columns([shown(role)]) };
    },
    { make: true },
  );

const shown = ({ name, permissions, requires }: Role): string[] => [
  name,
  requires === 'nothing' ? '' : `requires ${requires}`,
  permissions.join(' '),
];

function demandOption(invocation: Invocation): FactorDemand | undefined {
  const given = textOption(invocation, 'requires');
  const demand = factorDemands.find((one) => one === given);
  if (given !== undefined && !demand)
    throw new CommandRefused(`--requires takes one of ${factorDemands.join(', ')}.`, 2);
  return demand;
}

/** `roles delete`: a role that nobody holds. */
export const deleteAnyRole: Command = (invocation) =>
  withPorts(invocation, async (ports) => {
    const name = argument(invocation, 0);
    await deleteRole(ports, operator, name);
    return { json: { deleted: name }, text: `Deleted the role ${name}.` };
  });
