/**
 * What a client is: the verbs, the states and the choices. `create-client.ts` makes one.
 */
import type { Clock } from './clock.ts';
import type { ClientFailure } from './failure.ts';
import type { Lock, TokenStore } from './store.ts';

/** The choices of a client. Only `issuer` has to be made. */
export interface ClientOptions {
  /** The address of the Doorward server, as in its setting `issuer`. */
  readonly issuer: string;
  /** Where the tokens rest; `memoryStore()` unless given. */
  readonly store?: TokenStore;
  /** What kind of access token a sign-in asks for; `jwt` unless given. */
  readonly carrier?: 'jwt' | 'opaque';
  /** Seconds before its end from which on an access token is refreshed; 30 unless given. Never more than half its life. */
  readonly refreshAheadSeconds?: number;
  /**
   * `lazy` refreshes when a token is asked for; `timer` also by itself, so that nobody ever waits for a refresh.
   * `lazy` unless given.
   */
  readonly ahead?: 'lazy' | 'timer';
  /**
   * How much earlier each client may draw its own moment, as a part of `refreshAheadSeconds`, so that a fleet does not
   * refresh in step; 0.5 unless given, 0 for a fixed moment.
   */
  readonly jitter?: number;
  /** Seconds to wait before each repetition of a refresh that got no useful answer; [0.25, 1] unless given, [] for none. */
  readonly backoffSeconds?: readonly number[];
  /** Seconds that the server has for one answer; 10 unless given. Less than the `leaseSeconds` of the store. */
  readonly timeoutSeconds?: number;
  /** Origins (`https://api.example.com`) to which `fetch` may send the token, beside the issuer's. */
  readonly origins?: readonly string[];
  /** How the session is named in its owner's list of devices. */
  readonly clientName?: string;
  /** The global fetch unless given. */
  readonly fetch?: typeof globalThis.fetch;
  /** The machine's clock unless given. */
  readonly clock?: Clock;
  /** The lock for a store that has none, or instead of its own. */
  readonly lock?: Lock;
}

/** A new account. At least one of `email` and `username`; `password` as typed. */
export interface SignUpDraft {
  readonly email?: string;
  readonly username?: string;
  readonly name?: string;
  readonly password: string;
}

/** Who signs in, and how they prove it. */
export interface SignInClaim {
  /** An e-mail address or a username. */
  readonly identifier: string;
  readonly password: string;
  /** What the authenticator shows, for an account that has one. */
  readonly totp?: string;
  /** One of the recovery codes, in its place. */
  readonly recoveryCode?: string;
}

/** Who signs in by the code of a mail. */
export interface CodeClaim {
  /** What `askCode` gave. */
  readonly ticket: string;
  /** What the mail says. */
  readonly code: string;
  /** As beside a password. */
  readonly totp?: string;
  readonly recoveryCode?: string;
}

/** A mail that is on its way, or would be if there were an account: nobody is told which. */
export interface AskedCode {
  /** A secret of whoever asked: with it the code of the mail signs in. */
  readonly ticket: string;
  /** To be shown to the person, who types it where they open the link of the mail in another browser. */
  readonly screenCode: string;
  /** When both are over, as the server says it (ISO 8601). */
  readonly expiresAt: string;
}

/** An account, as the server showed it at sign-up or sign-in. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly username: string | null;
  readonly roles: readonly string[];
}

/** The tokens of a session. Secrets. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token ends, in milliseconds since 1970 on the local clock. */
  readonly accessExpiresAt: number;
  /** When the refresh token ends unless it is used, likewise; undefined when the server does not say. */
  readonly refreshExpiresAt: number | undefined;
}

/** A sign-in that went well. */
export interface SignedIn {
  readonly account: Account;
  readonly sessionId: string;
  /** For programs that hand tokens on; `token` and `fetch` are the usual way to use them. */
  readonly tokens: Tokens;
  /** What the server says the access token lives, in seconds. */
  readonly expiresIn: number;
}

/** How a sign-out went. The tokens are gone from here in any case. */
export interface SignedOut {
  /** Whether the server has ended the session. When not, it ends there by its own time, and `failure` says why. */
  readonly ended: boolean;
  readonly failure: ClientFailure | undefined;
}

/** Where a client stands. Times are milliseconds since 1970 on the local clock; a past one is not judged, but asked about. */
export type SessionState =
  | {
      /** `offline`: the server is unreachable, the tokens are kept and the client tries again by itself. */
      readonly status: 'signed-in' | 'refreshing' | 'offline';
      readonly account: Account;
      readonly sessionId: string;
      readonly accessExpiresAt: number;
      readonly refreshExpiresAt: number | undefined;
      /** Why it is offline. */
      readonly failure: ClientFailure | undefined;
    }
  | {
      readonly status: 'signed-out';
      /** Why, when the server refused to go on with the session. */
      readonly failure: ClientFailure | undefined;
    };

/** Signs in at a Doorward server and keeps the tokens fresh. Safe for any number of calls at once. */
export interface Client {
  /** Makes an account; nobody is signed in by that. Throws `identifier_taken`, `input_invalid` (see `fields`), `password_…`,
   * `sign_up_closed`, `attempts_exhausted`, `server_unreachable`, `answer_malformed`. */
  signUp(draft: SignUpDraft): Promise<Account>;
  /** Asks for a mail with a code to sign in by. Throws `mail_off`, `input_invalid`, `attempts_exhausted`, `server_unreachable`,
   * `answer_malformed`. */
  askCode(email: string): Promise<AskedCode>;
  /** Begins a session; a former one of this store ends. Throws `sign_in_refused`, `second_factor_required` (ask for a
   * code and sign in again with it), `second_factor_refused`, `factor_enrolment_required`, `attempts_exhausted`, `hashing_busy`,
   * `server_unreachable`, `answer_malformed`, `store_failed`; by the code of a mail also `ticket_over` and `mail_code_refused`. */
  signIn(claim: SignInClaim | CodeClaim): Promise<SignedIn>;
  /** Forgets the tokens, then ends the session at the server. Rejects only with `store_failed` and `closed`. */
  signOut(): Promise<SignedOut>;
  /** Where the client stands. Sends nothing. Throws `store_failed`. */
  session(): Promise<SessionState>;
  /** An access token that is not about to end. Throws `signed_out`, `server_unreachable` (only when the token at hand has
   * ended), `store_failed`. */
  token(): Promise<string>;
  /** Refreshes now and returns the new access token. Throws `signed_out`, `server_unreachable`, `store_failed`. */
  refresh(): Promise<string>;
  /**
   * The global `fetch`, with the token. An answer 401 leads to one refresh and one repetition, and the answer to that is
   * final. A `signal` ends the waiting too: for a refresh as well, which goes on for others. Throws `origin_not_allowed`,
   * `body_not_repeatable`, and what `token` throws: `server_unreachable` also when the issuer does not answer the request
   * itself. What a request to another origin rejects with passes through, and so does the reason of the signal.
   */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Tells of every change of state, also of those that other tabs make, until the returned function is called. */
  onChange(listener: (state: SessionState) => void): () => void;
  /** Stops. A refresh under way is finished and kept, so that it is not lost; every later call throws `closed`. */
  close(): Promise<void>;
}
