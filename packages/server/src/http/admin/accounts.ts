import * as v from 'valibot';
import { isUuid } from '../../base/uuid.ts';
import { type Governor, governAccount, governDelete } from '../../domain/accounts/govern.ts';
import { createAccount } from '../../domain/accounts/sign-up.ts';
import { fail } from '../../domain/failures.ts';
import { line, nameLine, newPasswordFailures, passwordText, uuid, wholeNumber } from '../input.ts';
import { type AccountCall, permittedRoute } from '../route.ts';
import { accountSchema, accountView, done } from '../views.ts';

const path = '/api/v1/admin/accounts';

/** Whoever calls, as a governor. */
export const governor = ({ principal, network }: Pick<AccountCall, 'principal' | 'network'>): Governor => ({
  actor: principal.accountId,
  permissions: principal.permissions,
  network,
});

/** The account id of a path. Throws `not_found` for what is no id. */
export function accountId(param: (name: string) => string): string {
  const id = param('id');
  if (!isUuid(id)) throw fail('not_found');
  return id;
}

/** `GET /api/v1/admin/accounts`: list and search. */
export const searchAccountsRoute = permittedRoute(
  {
    method: 'GET',
    path,
    subject: 'administration',
    summary: 'Accounts in order of birth; search by part of an identifier or name.',
    forgery: 'none',
    mayReadReplica: true,
    limits: ['none'],
    permission: 'doorward:accounts:read',
    query: v.strictObject({
      search: v.optional(line(100)),
      after: v.optional(uuid),
      limit: v.optional(wholeNumber(1, 200), '50'),
    }),
    answers: {
      200: {
        description: 'A page; `next` goes into `after` for the one that follows.',
        schema: v.object({ accounts: v.array(accountSchema), next: v.nullable(v.string()) }),
      },
    },
    failures: [],
  },
  async ({ ports, query: { search: text, after, limit } }) => {
    const accounts = await ports.store.read.accounts.search({ text, after, limit });
    const next = accounts.length === limit ? (accounts.at(-1)?.id ?? null) : null;
    return { status: 200, json: { accounts: accounts.map(accountView), next } };
  },
);

/** `POST /api/v1/admin/accounts`: make an account for somebody. */
export const createAccountRoute = permittedRoute(
  {
    method: 'POST',
    path,
    subject: 'administration',
    summary: 'Make an account for somebody, with a first password that they should change.',
    forgery: 'carrier',
    limits: ['hashing'],
    permission: 'doorward:accounts:write',
    body: v.strictObject({
      email: v.optional(line(254)),
      username: v.optional(line(64)),
      name: v.optional(nameLine(100)),
      password: passwordText,
    }),
    answers: { 201: { description: 'The account.', schema: accountSchema } },
    failures: ['identifier_taken', ...newPasswordFailures, 'hashing_busy'],
  },
  async ({ ports, principal, body, network }) => {
    const account = await createAccount(ports, { ...body, network, actor: principal.accountId });
    return { status: 201, json: accountView(account) };
  },
);

/** `GET /api/v1/admin/accounts/:id`. */
export const readAnyAccountRoute = permittedRoute(
  {
    method: 'GET',
    path: `${path}/:id`,
    subject: 'administration',
    summary: 'One account.',
    forgery: 'none',
    mayReadReplica: true,
    limits: ['none'],
    permission: 'doorward:accounts:read',
    answers: { 200: { description: 'The account.', schema: accountSchema } },
    failures: ['not_found'],
  },
  async ({ ports, param }) => {
    const account = await ports.store.read.accounts.find(accountId(param));
    if (!account) throw fail('not_found');
    return { status: 200, json: accountView(account) };
  },
);

/** `PATCH /api/v1/admin/accounts/:id`: change, disable, enable, give and take roles. */
export const governAccountRoute = permittedRoute(
  {
    method: 'PATCH',
    path: `${path}/:id`,
    subject: 'administration',
    summary: 'Change an account: names, status, roles. Nobody gives or governs more than they have.',
    forgery: 'carrier',
    limits: ['none'],
    permission: 'doorward:accounts:write',
    body: v.strictObject({
      name: v.optional(nameLine(100)),
      email: v.optional(v.nullable(line(254))),
      username: v.optional(v.nullable(line(64))),
      status: v.optional(v.picklist(['active', 'disabled'], 'This is no status.')),
      roles: v.optional(
        v.pipe(v.array(line(64), 'This must be a list.'), v.maxLength(50, 'Name at most 50 roles.')),
      ),
    }),
    answers: { 200: { description: 'The account as it is now.', schema: accountSchema } },
    failures: ['not_found', 'identifier_taken', 'privilege_exceeded'],
  },
  async (call) => {
    const { ports, param, body } = call;
    const account = await governAccount(ports, governor(call), { accountId: accountId(param), change: body });
    return { status: 200, json: accountView(account) };
  },
);

/** `DELETE /api/v1/admin/accounts/:id`. */
export const deleteAnyAccountRoute = permittedRoute(
  {
    method: 'DELETE',
    path: `${path}/:id`,
    subject: 'administration',
    summary: 'Delete an account and everything that hangs from it.',
    forgery: 'carrier',
    limits: ['none'],
    permission: 'doorward:accounts:write',
    answers: { 204: { description: 'It is gone.' } },
    failures: ['not_found', 'privilege_exceeded'],
  },
  async (call) => {
    await governDelete(call.ports, governor(call), accountId(call.param));
    return done;
  },
);
