import * as v from 'valibot';
import { deleteRole, putRole } from '../../domain/accounts/govern.ts';
import { factorDemands } from '../../domain/factors/factor.ts';
import { fail } from '../../domain/failures.ts';
import { permittedRoute } from '../route.ts';
import { done } from '../views.ts';
import { governor } from './accounts.ts';

const path = '/api/v1/admin/roles';
const demand = v.picklist(factorDemands, 'This is no demand.');
const roleSchema = v.object({ name: v.string(), permissions: v.array(v.string()), requires: demand });

/** What a permission may be called. */
export const permissionName = /^[a-z][a-z0-9:._-]{0,63}$/;

/** What a role may be called. */
export const roleName = /^[a-z][a-z0-9_-]{0,63}$/;

const permission = v.pipe(
  v.string('This must be text.'),
  v.regex(permissionName, 'This is not a permission such as reports:read.'),
);

/** `GET /api/v1/admin/roles`. */
export const listRolesRoute = permittedRoute(
  {
    method: 'GET',
    path,
    subject: 'administration',
    summary: 'The roles with their permissions.',
    forgery: 'none',
    mayReadReplica: true,
    limits: ['none'],
    permission: 'doorward:roles:read',
    answers: { 200: { description: 'The roles.', schema: v.object({ roles: v.array(roleSchema) }) } },
    failures: [],
  },
  async ({ ports }) => ({ status: 200, json: { roles: await ports.store.read.roles.list() } }),
);

/** `PUT /api/v1/admin/roles/:name`: make or replace a role. */
export const putRoleRoute = permittedRoute(
  {
    method: 'PUT',
    path: `${path}/:name`,
    subject: 'administration',
    summary: 'Make or replace a role.',
    forgery: 'carrier',
    limits: ['none'],
    permission: 'doorward:roles:write',
    body: v.strictObject({
      permissions: v.pipe(
        v.array(permission, 'This must be a list.'),
        v.maxLength(200, 'Name at most 200 permissions.'),
      ),
      requires: v.optional(demand),
    }),
    answers: { 200: { description: 'The role.', schema: roleSchema } },
    failures: ['privilege_exceeded'],
  },
  async (call) => {
    const name = call.param('name');
    if (!roleName.test(name)) {
      throw fail('input_invalid', {
        fields: [
          {
            field: 'name',
            message: 'A role is named in lower-case letters, digits, dashes and underscores.',
          },
        ],
      });
    }
    const permissions = [...new Set(call.body.permissions)].sort();
    const { requires } = call.body;
    return { status: 200, json: await putRole(call.ports, governor(call), { name, permissions, requires }) };
  },
);

/** `DELETE /api/v1/admin/roles/:name`. */
export const deleteRoleRoute = permittedRoute(
  {
    method: 'DELETE',
    path: `${path}/:name`,
    subject: 'administration',
    summary: 'Delete a role that no account holds.',
    forgery: 'carrier',
    limits: ['none'],
    permission: 'doorward:roles:write',
    answers: { 204: { description: 'It is gone.' } },
    failures: ['not_found', 'role_held', 'privilege_exceeded'],
  },
  async (call) => {
    await deleteRole(call.ports, governor(call), call.param('name'));
    return done;
  },
);
