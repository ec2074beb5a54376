/**
 * The nouns of OAuth and OpenID Connect at the storage port. The rules of `store.ts` hold here too: verbs are atomic,
 * what is one-time is consumed or redeemed in one statement, and the store never judges.
 */

import type { Client, ClientSecret } from '../clients/client.ts';
import type { RegistrationToken } from '../clients/registration-token.ts';
import type { OutboxRecords } from '../outbox.ts';
import type { SigningAlgorithm } from '../settings.ts';
import type { Family } from '../tokens/family.ts';
import type { Identity } from '../upstream/identity.ts';
import type { Authorization } from './authorization.ts';
import type { ClientToken } from './client-token.ts';
import type { Code } from './code.ts';
import type { DeviceAuthorization } from './device-authorization.ts';
import type { AccessTerms, ClientFamily, FamilyGrant } from './family-grant.ts';
import type { Grant } from './grant.ts';
import type { SignOutNotice } from './sign-out-notice.ts';

/** A handle as a row is compared with it, at a moment. */
export interface Presented {
  /** The locator. */
  readonly id: string;
  readonly digest: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Reading clients. */
export interface ClientReads {
  find(id: string): Promise<Client | undefined>;
  /** Clients after an id, in order of birth. */
  list(range: { after?: string | undefined; limit: number }): Promise<Client[]>;
  /** Whether an active client has pages of this origin. */
  originHeld(origin: string): Promise<boolean>;
  /** Whether the ID tokens of any client are signed with an algorithm. */
  signedBy(algorithm: SigningAlgorithm): Promise<boolean>;
  /** Digest of the handle that manages the client (RFC 7592 §3); empty when there is none. */
  registrationDigest(id: string): Promise<string | undefined>;
  /** Up to `limit` clients with ids in `[from, to)` that manage themselves and that nobody has let in; in order of birth. */
  listUnused(range: { from: string; to: string; limit: number }): Promise<Client[]>;
}

/** Clients. */
export interface ClientRecords extends ClientReads {
  insert(client: Client): Promise<void>;
  /** Replaces everything but `createdAt`; false when there is no such client. */
  update(client: Client): Promise<boolean>;
  /** Empty when nobody may manage it any more. */
  setRegistrationDigest(id: string, digest: string): Promise<void>;
  /** Removes the client with its secrets, grants and families; what else it holds finds no client and expires. */
  delete(id: string): Promise<boolean>;
}

/** Reading secrets of clients. */
export interface ClientSecretReads {
  find(id: string): Promise<ClientSecret | undefined>;
  /** Youngest first, expired ones too. */
  list(clientId: string): Promise<ClientSecret[]>;
}

/** Secrets of clients. */
export interface ClientSecretRecords extends ClientSecretReads {
  /**
   * Adds a secret. The youngest live one before it goes on until `priorEndsAt` at most, older ones end at once: two
   * live at the same time and never three.
   */
  rotate(secret: ClientSecret, at: { now: number; priorEndsAt: number }): Promise<void>;
  delete(id: string, clientId: string): Promise<boolean>;
  collect(expiredBefore: number, limit: number): Promise<number>;
}

/** Reading registration tokens. */
export interface RegistrationTokenReads {
  /** Also when it is used up or expired, while it is known. */
  find(id: string): Promise<RegistrationToken | undefined>;
}

/** Registration tokens. */
export interface RegistrationTokenRecords extends RegistrationTokenReads {
  insert(token: RegistrationToken): Promise<void>;
  /** Takes one use from it, if it is this one and has any left. */
  consume(presented: Presented): Promise<boolean>;
  delete(id: string): Promise<boolean>;
  collect(expiredBefore: number, limit: number): Promise<number>;
}

/** Reading authorizations. */
export interface AuthorizationReads {
  find(id: string): Promise<Authorization | undefined>;
}

/** Authorizations. */
export interface AuthorizationRecords extends AuthorizationReads {
  insert(authorization: Authorization): Promise<void>;
  /** Takes it out if it is this one and still waits. */
  consume(presented: Presented): Promise<Authorization | undefined>;
  collect(expiredBefore: number, limit: number): Promise<number>;
}

/** Reading codes. */
export interface CodeReads {
  /** Also after its end, and after its redemption as long as the family lives that it gave, while it is known. */
  find(id: string): Promise<Code | undefined>;
}

/** Codes. */
export interface CodeRecords extends CodeReads {
  insert(code: Code): Promise<void>;
  collect(expiredBefore: number, limit: number): Promise<number>;
}

/** Reading grants. */
export interface GrantReads {
  find(accountId: string, clientId: string): Promise<Grant | undefined>;
  /** Of an account, by client. */
  list(accountId: string): Promise<Grant[]>;
}

/** Grants. */
export interface GrantRecords extends GrantReads {
  /** Writes it, or replaces scopes, resources and `updatedAt` of the one that stands there. */
  put(grant: Grant): Promise<void>;
  delete(accountId: string, clientId: string): Promise<boolean>;
}

/** Reading what stands beside families of clients. The family and its session are read by `families`. */
export interface FamilyGrantReads {
  find(familyId: string): Promise<FamilyGrant | undefined>;
  /** Of the open sessions of an account at one client, or at all of them; youngest first. */
  list(whose: { accountId: string; clientId?: string | undefined }): Promise<ClientFamily[]>;
  listOfSession(sessionId: string): Promise<ClientFamily[]>;
  /** The clients that the session was ever at, whether their families live or not; sorted. */
  clientsOfSession(sessionId: string): Promise<string[]>;
}

/** Families of clients. They rotate by `families.rotate`, like our own. */
export interface FamilyGrantRecords extends FamilyGrantReads {
  /** Writes a family of a client with its grant; false when there is one of that id. */
  insert(family: Family & { clientId: string }, grant: FamilyGrant): Promise<boolean>;
  /** Beside a rotation, where the new access token is good for something else: its terms, the present ones become the prior ones. */
  setAccess(familyId: string, access: AccessTerms): Promise<void>;
  /** Deletes one family of a client, and with it all its tokens and its code; false when there is none. Never one of our own. */
  end(familyId: string): Promise<boolean>;
  /** Deletes the families that a client has of an account likewise; returns how many. */
  endAll(whose: { accountId: string; clientId: string }): Promise<number>;
  /**
   * Deletes up to `limit` families of clients likewise that can do nothing any more: not rotated since `rotatedBefore`, or
   * without a refresh token and with an access token that expired before `expiredBefore`.
   */
  collect(bounds: { rotatedBefore: number; expiredBefore: number }, limit: number): Promise<number>;
}

/** Reading device authorizations. */
export interface DeviceAuthorizationReads {
  find(id: string): Promise<DeviceAuthorization | undefined>;
  findByUserCode(userCode: string): Promise<DeviceAuthorization | undefined>;
}

/** Device authorizations. */
export interface DeviceAuthorizationRecords extends DeviceAuthorizationReads {
  /** False when the user code is taken; then nothing was written. */
  insert(device: DeviceAuthorization): Promise<boolean>;
  /** Notes who opened it and which scopes they were shown; false when somebody did before, or when it is decided or over. */
  open(opening: { id: string; sessionId: string; scopes: readonly string[]; now: number }): Promise<boolean>;
  /** The one decision of the person; false when it was made already or comes too late. */
  decide(decision: {
    id: string;
    status: 'allowed' | 'refused';
    /** Empty when it is refused. */
    sessionId: string;
    /** 0 when it is refused. */
    grantedAt: number;
    provenAt: number;
    amr: string;
    now: number;
  }): Promise<boolean>;
  /** Notes a question; false when it came too soon, and then the interval has grown (RFC 8628 §3.5). */
  poll(id: string, now: number): Promise<boolean>;
  /** Takes it out if it is this one, allowed and not expired. */
  consume(presented: Presented): Promise<DeviceAuthorization | undefined>;
  collect(expiredBefore: number, limit: number): Promise<number>;
}

/** Reading client tokens. */
export interface ClientTokenReads {
  find(id: string): Promise<ClientToken | undefined>;
}

/** Client tokens. */
export interface ClientTokenRecords extends ClientTokenReads {
  insert(token: ClientToken): Promise<void>;
  delete(id: string, clientId: string): Promise<boolean>;
  collect(expiredBefore: number, limit: number): Promise<number>;
}

/** Reading identities. */
export interface IdentityReads {
  find(issuer: string, subject: string): Promise<Identity | undefined>;
  /** Of an account, oldest first. */
  list(accountId: string): Promise<Identity[]>;
}

/** Identities. */
export interface IdentityRecords extends IdentityReads {
  /** False when the subject is linked already, with whichever account; then nothing was written. */
  insert(identity: Identity): Promise<boolean>;
  touch(id: string, usedAt: number): Promise<void>;
  delete(id: string, accountId: string): Promise<boolean>;
}

/** Sign-out notices. */
export type SignOutNoticeRecords = OutboxRecords<SignOutNotice>;

/** What must not come twice: `jti` of DPoP proofs (RFC 9449 §11.1) and of client assertions (RFC 7523 §3). */
export interface ReplayRecords {
  /** Remembers it until `expiresAt`, milliseconds since 1970; false when it was seen before. */
  see(replay: {
    kind: 'dpop' | 'assertion' | 'ceremony';
    digest: string;
    expiresAt: number;
  }): Promise<boolean>;
  collect(expiredBefore: number, limit: number): Promise<number>;
}

/** What may be read of OAuth outside a transaction. */
export interface OAuthReads {
  readonly clients: ClientReads;
  readonly clientSecrets: ClientSecretReads;
  readonly registrationTokens: RegistrationTokenReads;
  readonly authorizations: AuthorizationReads;
  readonly codes: CodeReads;
  readonly grants: GrantReads;
  readonly familyGrants: FamilyGrantReads;
  readonly deviceAuthorizations: DeviceAuthorizationReads;
  readonly clientTokens: ClientTokenReads;
  readonly identities: IdentityReads;
}

/** What may be done with OAuth inside a transaction. */
export interface OAuthTransaction {
  readonly clients: ClientRecords;
  readonly clientSecrets: ClientSecretRecords;
  readonly registrationTokens: RegistrationTokenRecords;
  readonly authorizations: AuthorizationRecords;
  readonly codes: CodeRecords;
  readonly grants: GrantRecords;
  readonly familyGrants: FamilyGrantRecords;
  readonly deviceAuthorizations: DeviceAuthorizationRecords;
  readonly clientTokens: ClientTokenRecords;
  readonly identities: IdentityRecords;
  readonly signOutNotices: SignOutNoticeRecords;
  readonly replays: ReplayRecords;
}
