/**
 * A client of a household: it does things at random with what its household shares - one account, its sessions, keys and
 * codes - at a server that chance chose, and writes all of it down.
 */
import { callback, verifier } from '../../kit/clients.ts';
import type { Answered } from '../caller.ts';
import type { Chance } from '../chance.ts';
import type { Deed, Pen } from './deeds.ts';
import type { Line } from './fleet.ts';

/** What the clients of one account know together. */
export interface Household {
  readonly email: string;
  /** Whose password is guessed at. */
  readonly victim: string;
  /** The client that codes are for. */
  readonly clientId: string;
  /** Every password that was ever asked for; the last one that was acknowledged comes first. */
  readonly passwords: string[];
  readonly sessions: KnownSession[];
  readonly keys: { readonly key: string; readonly id: string }[];
  readonly codes: string[];
}

/** A session that began. */
export interface KnownSession {
  readonly session: string;
  readonly carrier: 'opaque' | 'jwt';
  /** Oldest first. */
  readonly access: string[];
  readonly refresh: string[];
}

/** Somebody who does things. */
export interface Actor {
  readonly household: Household;
  readonly line: Line;
  readonly pen: Pen;
  readonly chance: Chance;
  readonly seats: number;
}

/** Does a deed at a seat: a random one unless named. */
export async function perform(actor: Actor, deed: Deed, seat?: number): Promise<Answered | undefined> {
  const at = seat ?? actor.chance.between(0, actor.seats - 1);
  const [method, path, saying] = requestOf(deed, actor.household);
  const answered = await actor.pen(deed, () => actor.line.ask(at, [method, path], saying));
  if (answered) learn(actor.household, deed, answered);
  return answered;
}

type Asked = readonly [
  method: string,
  path: string,
  saying: { body?: unknown; bearer?: string; headers?: Readonly<Record<string, string>> },
];

/** How a deed is asked for. */
export function requestOf(deed: Deed, { clientId }: Pick<Household, 'clientId'>): Asked {
  switch (deed.does) {
    case 'sign-up':
      return ['POST', '/api/v1/accounts', { body: { email: deed.email, password: deed.password } }];
    case 'sign-in': {
      const { email: identifier, password, carrier } = deed;
      return ['POST', '/api/v1/sessions', { body: { identifier, password, carrier } }];
    }
    case 'guess':
      return ['POST', '/api/v1/sessions', { body: { identifier: deed.email, password: 'not this one' } }];
    case 'change': {
      const body = { current_password: deed.from, new_password: deed.to };
      return ['PUT', '/api/v1/account/password', { bearer: deed.access, body }];
    }
    case 'check':
      return ['GET', '/api/v1/session', { bearer: deed.access }];
    case 'end':
      return ['DELETE', '/api/v1/session', { bearer: deed.access }];
    case 'refresh':
      return ['POST', '/api/v1/tokens/refresh', { body: { refresh_token: deed.refresh } }];
    case 'use-key':
      return ['GET', '/api/v1/account', { bearer: deed.key }];
    case 'end-key':
      return ['DELETE', `/api/v1/account/api-keys/${deed.id}`, { bearer: deed.access }];
    case 'redeem':
      return ['POST', '/oauth/token', redemption(deed.code, clientId)];
  }
}

const redemption = (code: string, clientId: string): Asked[2] => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: String(
    new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      client_id: clientId,
      code_verifier: verifier,
      redirect_uri: callback,
    }),
  ),
});

/** What the household knows after an answer. */
function learn(household: Household, deed: Deed, { status, json }: Answered): void {
  if (status >= 300) return;
  const [access, refresh] = [String(json['access_token']), String(json['refresh_token'])];
  if (deed.does === 'sign-in' || deed.does === 'change') {
    const { id: session } = json['session'] as { id: string };
    const carrier = access.startsWith('dw_') ? 'opaque' : 'jwt';
    household.sessions.push({ session, carrier, access: [access], refresh: [refresh] });
  }
  if (deed.does === 'change') household.passwords.unshift(deed.to);
  if (deed.does === 'refresh') {
    const known = household.sessions.find(({ session }) => session === deed.session);
    if (!known?.refresh.includes(refresh)) known?.refresh.push(refresh);
    if (!known?.access.includes(access)) known?.access.push(access);
  }
}
