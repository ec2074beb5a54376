/**
 * What attacks on tokens of clients begin with: somebody who is signed in, a confidential client, and what the two do
 * rightly.
 */
import {
  isRefused,
  proveClientAccess,
} from '../../../packages/server/src/domain/oauth/client-access-token.ts';
import type { GivenSettings } from '../../../packages/server/src/program/configuration/configuration.ts';
import { type Person, person } from '../../journeys/cast.ts';
import { askTokens, codeFor, pkce, program } from '../../journeys/oauth/cast.ts';
import { callback, type TestClient } from '../../kit/clients.ts';
import { type Serving, type ServingOptions, serveHandler } from '../../kit/serving.ts';
import type { Answer } from '../../kit/visitor.ts';

/** A server with a person and a client. */
export interface TokenWorld {
  readonly serving: Serving;
  readonly ada: Person;
  readonly app: TestClient;
  /** Another assembly on the same data: what another process would be. */
  beside(): Promise<Serving>;
  /** A server of its own, closed with the world. */
  elsewhere(settings?: GivenSettings): Promise<Serving>;
  /** A code of ada's for a client, the world's unless given. */
  aCode(client?: TestClient): Promise<string>;
  /** Redeems a code rightly but for `more`. */
  redeem(code: string, more?: Readonly<Record<string, string>>, at?: Serving): Promise<Answer>;
  refresh(token: string, as?: TestClient): Promise<Answer>;
  /** Whether an access token of a client is good. */
  opens(token: string): Promise<boolean>;
  /** How many rows a table has. */
  rowsOf(table: string): Promise<number>;
  close(): Promise<void>;
}

/** What every code is bound to, and what proves it. */
export const proving = pkce();

/** The fields of a right redemption. */
export const redemption = (code: string): Readonly<Record<string, string>> => ({
  grant_type: 'authorization_code',
  code,
  code_verifier: proving.verifier,
  redirect_uri: callback,
});

/** Status and error of an answer. */
export const told = ({ status, json }: Answer): readonly [number, unknown] => [status, json['error']];

/** How often each status was answered. */
export function counted(answers: readonly Answer[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Makes the world. */
export async function makeTokenWorld(): Promise<TokenWorld> {
  const serving = await serveHandler({ lightHashing: true });
  const open = [serving];
  const ada = await person(serving, 'ada');
  const app = await program(serving);
  const opened = async (more: ServingOptions): Promise<Serving> => {
    const other = await serveHandler({ lightHashing: true, clock: serving.clock, ...more });
    open.push(other);
    return other;
  };
  return {
    serving,
    ada,
    app,
    beside: () => opened({ dataFolder: serving.dataFolder }),
    elsewhere: (settings = {}) => opened({ settings }),
    aCode: (client = app) =>
      codeFor(serving, client, { session: ada.session, codeChallenge: proving.challenge }),
    redeem: (code, more = {}, at = serving) =>
      askTokens(at, { fields: { ...redemption(code), ...more }, as: app }),
    refresh: (token, as = app) =>
      askTokens(serving, { fields: { grant_type: 'refresh_token', refresh_token: token }, as }),
    opens: async (token) => !isRefused(await proveClientAccess(serving.assembly.ports, token)),
    rowsOf: async (table) => (await serving.assembly.ports.store.rowCounts())[table] ?? 0,
    close: async () => {
      for (const one of open.toReversed()) await one.close();
    },
  };
}
