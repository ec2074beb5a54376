/**
 * Filling a store: accounts and sessions as a sign-in makes them, many in one transaction and without the hash, which is
 * not what these benches are about.
 */
import { uuidv7 } from '../packages/server/src/base/uuid.ts';
import type { Ports } from '../packages/server/src/domain/ports.ts';
import type { Transaction } from '../packages/server/src/domain/store.ts';
import type { Delivery, StartedSession } from '../packages/server/src/domain/tokens/carrier.ts';
import {
  type BuiltInCarrier,
  sessionCarriers,
} from '../packages/server/src/domain/tokens/session-carriers.ts';
import type { Served } from './ask.ts';

/** Tokens handed out to the load, at most so many of a kind. */
const sample = 2000;
const chunk = 2000;
const carriers: readonly BuiltInCarrier[] = ['cookie', 'opaque', 'jwt'];

/** Puts accounts and sessions into the store and returns a sample of their tokens. */
export async function seed(
  ports: Ports,
  wanted: { accounts: number; sessions: number },
): Promise<Omit<Served, 'port'>> {
  const accounts = await seedAccounts(ports, wanted.accounts);
  const tokens = {
    cookies: [] as string[],
    access: [] as string[],
    refreshOpaque: [] as string[],
    refreshJwt: [] as string[],
  };
  for (let done = 0; done < wanted.sessions; done += chunk) {
    const deliveries = await ports.store.transact(async (tx) => {
      const made: (() => Promise<Delivery>)[] = [];
      for (let at = done; at < Math.min(wanted.sessions, done + chunk); at += 1) {
        const carrier = carriers[at % carriers.length] ?? 'cookie';
        const accountId = accounts[at % accounts.length] ?? '';
        const deliver = await startSession(ports, tx, { accountId, carrier });
        if (at < sample * carriers.length) made.push(deliver);
      }
      return made;
    });
    for (const deliver of deliveries) keep(tokens, await deliver());
  }
  return tokens;
}

/** Puts accounts and cookie sessions into the store and returns the ids of the sessions. */
export async function seedSessions(
  ports: Ports,
  wanted: { accounts: number; sessions: number },
): Promise<string[]> {
  const accounts = await seedAccounts(ports, wanted.accounts);
  return ports.store.transact(async (tx) => {
    const ids: string[] = [];
    for (let at = 0; at < wanted.sessions; at += 1) {
      const session = sessionOf(ports, {
        accountId: accounts[at % accounts.length] ?? '',
        carrier: 'cookie',
      });
      await sessionCarriers.cookie.issue(ports, tx, session);
      ids.push(session.id);
    }
    return ids;
  });
}

async function seedAccounts({ store, clock }: Ports, wanted: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < wanted) {
    const size = Math.min(chunk, wanted - ids.length);
    await store.transact(async (tx) => {
      for (let at = 0; at < size; at += 1) {
        const now = clock.now();
        const id = uuidv7(now);
        const email = `person-${ids.length}@example.com`;
        const account = {
          id,
          name: '',
          email,
          emailVerifiedAt: 0,
          username: undefined,
          status: 'active',
          roles: [],
          deletesAt: 0,
          createdAt: now,
          updatedAt: now,
        } as const;
        await tx.accounts.insert(account, [{ kind: 'email', typed: email, canonical: email }]);
        ids.push(id);
      }
    });
  }
  return ids;
}

/** Whose session it is, and what carries it. */
interface Beginning {
  readonly accountId: string;
  readonly carrier: BuiltInCarrier;
}

const startSession = (
  ports: Ports,
  tx: Transaction,
  beginning: Beginning,
): Promise<() => Promise<Delivery>> =>
  sessionCarriers[beginning.carrier].issue(ports, tx, sessionOf(ports, beginning));

function sessionOf({ clock, settings }: Ports, { accountId, carrier }: Beginning): StartedSession {
  const now = clock.now();
  return {
    id: uuidv7(now),
    accountId,
    carrier,
    provenAt: now,
    amr: 'pwd',
    createdAt: now,
    seenAt: now,
    expiresAt: now + settings.sessionAbsoluteSeconds * 1000,
    network: '127.0.0.1',
    clientName: 'bench',
    ended: undefined,
    roles: [],
  };
}

function keep(
  tokens: { cookies: string[]; access: string[]; refreshOpaque: string[]; refreshJwt: string[] },
  { cookies, tokens: answer }: Delivery,
): void {
  const [cookie] = cookies;
  if (cookie) tokens.cookies.push(`${cookie.name}=${cookie.value}`);
  const { access_token: access = '', refresh_token: refresh } = answer ?? {};
  if (refresh === undefined) return;
  if (access.startsWith('dw_')) {
    tokens.access.push(access);
    tokens.refreshOpaque.push(refresh);
  } else tokens.refreshJwt.push(refresh);
}
