/**
 * What a carrier is: three verbs. `issue` it for a session, `find` it in a request, `check` it and name whose it
 * is. The built-in carriers and those of other systems are written against this page; the core bends for none.
 */
import type { FailureDetail } from '../../base/failure.ts';
import type { Ports } from '../ports.ts';
import type { Session } from '../sessions/session.ts';
import type { SessionWithAccount, Transaction } from '../store.ts';

/** What came with a request, as far as a carrier may look. */
export interface Wire {
  header(name: string): string | undefined;
  /** By base name: prefixes such as `__Host-` are the http floor's affair. */
  cookie(name: string): string | undefined;
  /** The network that the request came from. */
  readonly network: string;
}

/** Whose a credential is, and how that was proven. */
export interface Proof {
  readonly accountId: string;
  readonly accountName: string;
  readonly roles: readonly string[];
  /** The session it carries; none for API keys and Basic. */
  readonly session: SessionWithAccount | undefined;
  /** What an API key is limited to; undefined where nothing is limited. */
  readonly scopes: readonly string[] | undefined;
  /** Milliseconds since 1970. */
  readonly provenAt: number;
  readonly amr: string;
}

/** Why a credential proves nothing, for the operator. */
export interface Refusal {
  readonly refused: Readonly<Record<string, FailureDetail>>;
}

/** What goes back to whoever signed in or refreshed. */
export interface Delivery {
  readonly cookies: readonly CookieValue[];
  readonly tokens: TokenAnswer | undefined;
}

/** A cookie to set, by base name. An empty value clears it. */
export interface CookieValue {
  readonly name: string;
  readonly value: string;
  /** Seconds. */
  readonly maxAge: number;
  readonly sameSite: 'Lax' | 'Strict';
}

/** Tokens as JSON members (RFC 6749 §5.1); where they travel in cookies, only how long they live. */
export interface TokenAnswer {
  readonly access_token?: string;
  readonly token_type?: 'Bearer';
  /** Seconds. */
  readonly expires_in: number;
  readonly refresh_token?: string;
  /** Seconds that the refresh token lives unless it is used. */
  readonly refresh_expires_in?: number;
}

/** A session that is being started, with what its tokens say of the account. */
export interface StartedSession extends Session {
  readonly roles: readonly string[];
}

/** One way for a session, or a key, to travel. */
export interface Carrier {
  readonly name: string;
  /** Whether browsers send it by themselves, so that another site could make them (CSRF). */
  readonly ambient: boolean;
  /** The credential in a request, or undefined when there is none of this kind. */
  find(wire: Wire): string | undefined;
  /** Proves what was found. Throws registry failures such as `attempts_exhausted` only where guessing is possible. */
  check(ports: Ports, value: string, wire: Wire): Promise<Proof | Refusal>;
  /** The cookies that hold it, first the one that `check` judges; all are cleared at sign-out. */
  readonly cookies?: readonly string[];
}

/** A carrier that a sign-in can ask for. */
export interface SessionCarrier extends Carrier {
  /**
   * Writes the session and what the carrier needs in the transaction of the sign-in, and returns what to do after
   * its commit.
   */
  issue(ports: Ports, tx: Transaction, session: StartedSession): Promise<() => Promise<Delivery>>;
  /**
   * Writes that a session of this carrier was proven again, in the transaction of that proof, and returns what to do after
   * its commit: what was held before is worthless then, or goes on until its next refresh. Undefined when the session has ended. A carrier without this verb
   * has its sessions replaced.
   */
  renew?(
    ports: Ports,
    tx: Transaction,
    session: StartedSession,
  ): Promise<(() => Promise<Delivery>) | undefined>;
}
