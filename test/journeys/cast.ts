/**
 * The people of the tests: somebody who is signed in by a carrier of their choice, with the roles of their choice, and
 * the two ways to ask why they were refused.
 */
import { governAccount } from '../../packages/server/src/domain/accounts/govern.ts';
import { type Decision, openDecision } from '../../packages/server/src/domain/admin/decision.ts';
import type { Serving } from '../kit/serving.ts';
import { type Answer, type Said, signIn, signUp, type Visitor, visit } from '../kit/visitor.ts';

/** Somebody who is signed in. `ask` presents their access token where they have one. */
export interface Person extends Visitor {
  readonly account: string;
  readonly email: string;
  readonly session: string;
  readonly access: string;
  readonly refresh: string;
}

/** How somebody appears. */
export interface Appearance {
  readonly carrier?: string;
  readonly roles?: readonly string[];
  readonly peer?: string;
}

/** The four carriers that a sign-in can ask for. */
export const carriers = ['cookie', 'opaque', 'jwt', 'jwt-cookie'] as const;

/** A second password that every policy accepts. */
export const otherPassword = 'nine loud geese argue';

/** Makes an account `<name>@example.com`, gives it roles and signs it in. */
export async function person(serving: Serving, name: string, appearance: Appearance = {}): Promise<Person> {
  const { carrier = 'opaque', roles = [], peer = '203.0.113.7' } = appearance;
  const email = `${name}@example.com`;
  const account = await signUp(visit(serving, { peer }), email);
  if (roles.length > 0) await giveRoles(serving, account, roles);
  return device(serving, { account, email }, { carrier, peer });
}

/** Signs an account in once more, from a device of its own. */
export async function device(
  serving: Serving,
  { account, email }: Pick<Person, 'account' | 'email'>,
  { carrier = 'opaque', peer = '203.0.113.7' }: Appearance = {},
): Promise<Person> {
  const visitor = visit(serving, { peer });
  const tokens = await signIn(visitor, email, { carrier });
  return { ...bearing(visitor, tokens.access), account, email, ...tokens };
}

/** A visitor that presents an access token with every request, unless the request says otherwise. */
export const bearing = (visitor: Visitor, access: string): Visitor => ({
  cookies: visitor.cookies,
  ask: (method, path, said) => visitor.ask(method, path, access === '' ? said : { bearer: access, ...said }),
});

/** Somebody with the administrator's role. */
export const administrator = (serving: Serving, name = 'root'): Promise<Person> =>
  person(serving, name, { roles: ['admin'] });

/** Replaces the roles of an account, as the operator. */
export async function giveRoles(
  serving: Serving,
  accountId: string,
  roles: readonly string[],
): Promise<void> {
  const operator = { actor: 'operator', permissions: 'all', network: 'unknown' } as const;
  await governAccount(serving.assembly.ports, operator, { accountId, change: { roles } });
}

/** Makes an API key for somebody and returns its id and text. */
export async function apiKey(
  owner: Visitor,
  scopes: readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): Promise<{ id: string; text: string }> {
  const body = { name: 'a key', scopes, ...more };
  const answer = await owner.ask('POST', '/api/v1/account/api-keys', { body });
  if (answer.status !== 201) throw new Error(`the key was answered ${answer.status}: ${answer.text}`);
  return { id: String(answer.json['id']), text: String(answer.json['api_key']) };
}

/** Refreshes by a token in the body, as a program does. */
export const refreshBy = (serving: Serving, token: string, said: Said = {}): Promise<Answer> =>
  visit(serving, { program: true }).ask('POST', '/api/v1/tokens/refresh', {
    body: { refresh_token: token },
    ...said,
  });

/** Whether an access token still says who is calling: the status of `GET /api/v1/session`. */
export const statusOf = async (serving: Serving, access: string): Promise<number> =>
  (await visit(serving, { program: true }).ask('GET', '/api/v1/session', { bearer: access })).status;

/** The decision behind a refusal, opened by the server's own key. Throws when there is none. */
export function why(serving: Serving, answer: Answer): Decision {
  const decision = openDecision(serving.assembly.ports.vault, String(answer.json['decision']));
  if (!decision) throw new Error(`no decision in ${answer.status} ${answer.text}`);
  return decision;
}

/** The `Cookie` header that a visitor would send now. */
export const cookieHeader = (visitor: Visitor): string =>
  [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
