/**
 * The typed verbs of an embedded server: what the HTTP API does, without HTTP. A program that holds them is trusted as
 * the operator is.
 */
import type { Account, AccountSearch, Role } from '../domain/accounts/account.ts';
import {
  type GovernedChange,
  type Governor,
  governAccount,
  governDelete,
  putRole,
  type RoleDraft,
} from '../domain/accounts/govern.ts';
import { parseIdentifier } from '../domain/accounts/identifier.ts';
import { createAccount, type GivenAccount } from '../domain/accounts/sign-up.ts';
import { collect } from '../domain/admin/collect.ts';
import { type Statistics, statistics } from '../domain/admin/statistics.ts';
import type { Client } from '../domain/clients/client.ts';
import type { ClientDraft } from '../domain/clients/client-draft.ts';
import { type IssuedSecret, rotateSecret } from '../domain/clients/client-secrets.ts';
import {
  changeClient,
  createClient,
  deleteClient,
  type GivenClient,
  type GovernedClientChange,
} from '../domain/clients/govern-clients.ts';
import {
  offerRegistration,
  type RegistrationOffer,
  withdrawRegistration,
} from '../domain/clients/offer-registration.ts';
import type { Ports } from '../domain/ports.ts';
import { authenticate, type Principal } from '../domain/sessions/authenticate.ts';
import type { SignedIn, SignInPlan } from '../domain/sessions/complete-sign-in.ts';
import { endOtherSessions, endOwnSession } from '../domain/sessions/end-session.ts';
import type { Session } from '../domain/sessions/session.ts';
import { beginSession, type SignIn, signIn } from '../domain/sessions/sign-in.ts';
import type { Carrier, SessionCarrier, Wire } from '../domain/tokens/carrier.ts';
import { type Refreshed, refresh } from '../domain/tokens/refresh.ts';
import { revokeToken } from '../domain/tokens/revoke.ts';
import { type BuiltInCarrier, sessionCarriers } from '../domain/tokens/session-carriers.ts';

/** Who acts when a program does not say: the program itself, on no network. */
export const operator: Governor = { actor: 'operator', permissions: 'all', network: 'unknown' };

/** The verbs, by noun. Each throws the failures of the domain verb it stands for. */
export interface Verbs {
  readonly accounts: {
    create(draft: Omit<GivenAccount, 'network' | 'actor'>): Promise<Account>;
    find(id: string): Promise<Account | undefined>;
    /** By e-mail address or username, in any spelling of it. */
    findByIdentifier(text: string): Promise<Account | undefined>;
    search(search: AccountSearch): Promise<Account[]>;
    change(id: string, change: GovernedChange): Promise<Account>;
    delete(id: string): Promise<void>;
  };
  readonly roles: {
    /** What it requires stays as it is unless given. */
    put(role: RoleDraft): Promise<Role>;
    list(): Promise<Role[]>;
  };
  readonly clients: {
    /** With its secret, if it has one, which nobody sees again. */
    create(draft: ClientDraft): Promise<GivenClient>;
    find(id: string): Promise<Client | undefined>;
    /** Clients after an id, in order of birth. */
    list(range: { after?: string | undefined; limit: number }): Promise<Client[]>;
    change(id: string, change: GovernedClientChange): Promise<GivenClient>;
    /** The secret before goes on for `overlap` seconds, a day unless told. */
    rotateSecret(id: string, overlap?: number): Promise<IssuedSecret>;
    delete(id: string): Promise<void>;
    /** A token by which `uses` clients may register themselves within `expiresIn` seconds. */
    offerRegistration(offer: RegistrationOffer): Promise<{ id: string; text: string }>;
    withdrawRegistration(id: string): Promise<void>;
  };
  readonly sessions: {
    /** Signs in by identifier and password. */
    create(claim: Travelling<SignIn>): Promise<SignedIn>;
    /** Begins a session for an account that the program has proven itself; `amr` says how. */
    begin(plan: Travelling<Omit<SignInPlan, 'phc'>>): Promise<SignedIn>;
    list(accountId: string): Promise<Session[]>;
    end(accountId: string, sessionId: string): Promise<void>;
    /** Returns how many ended. */
    endAll(accountId: string): Promise<number>;
  };
  readonly tokens: {
    refresh(token: string): Promise<Refreshed>;
    revoke(token: string): Promise<void>;
  };
  /** Who is calling, by any carrier, or by those that are named. */
  authenticate(wire: Wire, accepted?: readonly string[]): Promise<Principal>;
  statistics(): Promise<Statistics>;
  /** Removes what is past its time; also done by itself every minute. Returns rows by table. */
  collect(): Promise<Record<string, number>>;
}

/** With a carrier by its name, or with one of the program's own. */
export type Travelling<Claim> = Omit<Claim, 'carrier'> & {
  readonly carrier: BuiltInCarrier | SessionCarrier;
};

/** The verbs over the ports of a server. */
export function verbs(ports: Ports, carriers: readonly Carrier[]): Verbs {
  const { read } = ports.store;
  const { network } = operator;
  const ending = { by: 'operator', reason: 'ended-by-administrator' } as const;
  return {
    accounts: {
      create: (draft) => createAccount(ports, { ...draft, network, actor: 'operator' }),
      find: (id) => read.accounts.find(id),
      findByIdentifier: async (text) => {
        const identifier = parseIdentifier(text);
        return identifier && read.accounts.findByIdentifier(identifier.canonical);
      },
      search: (search) => read.accounts.search(search),
      change: (accountId, change) => governAccount(ports, operator, { accountId, change }),
      delete: (accountId) => governDelete(ports, operator, accountId),
    },
    roles: { put: (role) => putRole(ports, operator, role), list: () => read.roles.list() },
    clients: {
      create: (draft) => createClient(ports, operator, draft),
      find: (id) => read.clients.find(id),
      list: (range) => read.clients.list(range),
      change: (clientId, change) => changeClient(ports, operator, { clientId, change }),
      rotateSecret: (clientId, overlap) => rotateSecret(ports, operator, { clientId, overlap }),
      delete: (clientId) => deleteClient(ports, operator, clientId),
      offerRegistration: (offer) => offerRegistration(ports, operator, offer),
      withdrawRegistration: (id) => withdrawRegistration(ports, operator, id),
    },
    sessions: {
      create: (claim) => signIn(ports, withCarrier(claim)),
      begin: (plan) => beginSession(ports, withCarrier(plan)),
      list: (accountId) => read.sessions.listOpen(accountId),
      end: (accountId, sessionId) => endOwnSession(ports, { accountId, sessionId, ending }),
      endAll: (accountId) => endOtherSessions(ports, { accountId, ending }),
    },
    tokens: {
      refresh: (token) => refresh(ports, { token, network, inCookie: false }),
      revoke: (token) => revokeToken(ports, { token, network }),
    },
    authenticate: (wire, accepted) =>
      authenticate(ports, wire, {
        carriers: accepted ? carriers.filter(({ name }) => accepted.includes(name)) : carriers,
        accepts: () => true,
      }),
    statistics: () => statistics(ports),
    collect: () => collect(ports),
  };
}

const withCarrier = <Claim extends { readonly carrier: BuiltInCarrier | SessionCarrier }>(
  claim: Claim,
): Omit<Claim, 'carrier'> & { carrier: SessionCarrier } => ({
  ...claim,
  carrier: typeof claim.carrier === 'string' ? sessionCarriers[claim.carrier] : claim.carrier,
});
