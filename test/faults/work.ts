/**
 * Work for a server that is going to be killed: one worker does one kind of change again and again, and later finds out
 * from its ledger whether everything that it was promised is there. One file each for the kinds of work.
 */
import { expect } from 'vitest';
import { formatUuid } from '../../packages/server/src/base/uuid.ts';
import type { EventRecord } from '../../packages/server/src/domain/event.ts';
import type { Store } from '../../packages/server/src/domain/store.ts';
import type { Caller } from './caller.ts';

/** A worker. */
export interface Worker {
  /** Makes ready for steps; nobody is killed meanwhile. */
  prepare(caller: Caller): Promise<void>;
  /** Asks for one change and waits for the answer. Rejects with Unanswered when none came. */
  step(caller: Caller): Promise<void>;
  /** After a restart: compares the server with the ledger and settles what was left open. */
  judge(caller: Caller): Promise<void>;
  /** After all rounds: compares the data themselves with the ledger. */
  audit(data: Data): Promise<void>;
}

/** What is in the store after all rounds. */
export interface Data {
  readonly store: Store;
  readonly events: readonly EventRecord[];
}

/** What a worker is given. */
export interface Assignment {
  /** Unlike that of all other workers. */
  readonly name: string;
  /** Counts the workers of one kind, from 0. */
  readonly number: number;
  /** The path of its ledger. */
  readonly path: string;
}

/** Hires a worker. */
export type Hire = (assignment: Assignment) => Worker;

/** Deaths that one account is for: each may cost a guess of its budget, which would refuse right passwords in the end. */
export const deathsOfAccount = 50;

/** Fails with what it is about when something is not as it should be. */
export const expectOf = (about: string, found: unknown, wanted: unknown): void =>
  expect({ about, found }).toEqual({ about, found: wanted });

/** Signs up and returns the id of the account. */
export async function signUpAs(caller: Caller, email: string, password: string): Promise<string> {
  const { status, json } = await caller.ask('POST', '/api/v1/accounts', { body: { email, password } });
  expectOf(JSON.stringify(json), status, 201);
  return String(json['id']);
}

/** Tries a sign-in and returns its status. */
export const trySignIn = async (caller: Caller, identifier: string, password: string): Promise<number> =>
  (await caller.ask('POST', '/api/v1/sessions', { body: { identifier, password } })).status;

/** A session that was begun. */
export interface Begun {
  readonly account: string;
  readonly session: string;
  readonly access: string;
  readonly refresh: string;
}

/** Signs in for tokens. */
export async function begin(
  caller: Caller,
  claim: { readonly identifier: string; readonly password: string; readonly carrier?: 'opaque' | 'jwt' },
): Promise<Begun> {
  const body = { carrier: 'opaque', ...claim };
  const { status, json } = await caller.ask('POST', '/api/v1/sessions', { body });
  expectOf(JSON.stringify(json), status, 201);
  return begunBy(json);
}

/** Reads the answer of a sign-in or a change of password. */
export const begunBy = (json: Readonly<Record<string, unknown>>): Begun => ({
  account: (json['account'] as { id: string }).id,
  session: (json['session'] as { id: string }).id,
  access: String(json['access_token']),
  refresh: String(json['refresh_token']),
});

/** The status that an access token or cookie is met with. */
export const statusOf = async (caller: Caller, bearer: string): Promise<number> =>
  (await caller.ask('GET', '/api/v1/session', { bearer })).status;

/** The status of a refresh and the successor. */
export async function refreshBy(
  caller: Caller,
  token: string,
): Promise<{ status: number; next: string; access: string }> {
  const { status, json } = await caller.ask('POST', '/api/v1/tokens/refresh', {
    body: { refresh_token: token },
  });
  return { status, next: String(json['refresh_token']), access: String(json['access_token']) };
}

/** The id of the family that a refresh token names. */
export const familyOf = (token: string): string =>
  formatUuid(Buffer.from(token.slice('dw_rt_'.length), 'base64url'));

/** How many events of a type there are about an account or session. */
export const countEvents = (
  { events }: Data,
  type: string,
  about: Partial<Pick<EventRecord, 'accountId' | 'sessionId'>>,
): number =>
  events.filter(
    (event) =>
      event.type === type &&
      (about.accountId === undefined || event.accountId === about.accountId) &&
      (about.sessionId === undefined || event.sessionId === about.sessionId),
  ).length;
