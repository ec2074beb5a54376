/** Records that the conformance suite writes: valid, small, and told apart by a number. */
import type { Account, Identifier } from '../../domain/accounts/account.ts';
import type { SigningKeyRecord } from '../../domain/keys/key.ts';
import type { Session } from '../../domain/sessions/session.ts';
import type { Rotation, Store, Transaction } from '../../domain/store.ts';
import type { ApiKey } from '../../domain/tokens/api-key.ts';
import type { Family } from '../../domain/tokens/family.ts';

/** An id in the shape of a UUIDv7; ids sort like their numbers. */
export const id = (number: number): string => `01890000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** 32 bytes. */
export const digest = (number: number): string => `digest ${number % 256}`.padEnd(44, '.');

/** An account without identifiers. */
export const account = (number: number, now: number): Account => ({
  id: id(number),
  name: `Person ${number}`,
  email: undefined,
  emailVerifiedAt: 0,
  username: undefined,
  status: 'active',
  deletesAt: 0,
  roles: [],
  createdAt: now,
  updatedAt: now,
});

/** An e-mail address that was typed with a capital. */
export const email = (name: string): Identifier => ({
  kind: 'email',
  typed: `${name}@Example.test`,
  canonical: `${name}@example.test`,
});

/** A username. */
export const username = (name: string): Identifier => ({
  kind: 'username',
  typed: name,
  canonical: name.toLowerCase(),
});

/** A session of the account with the same number. */
export const session = (number: number, now: number): Session => ({
  id: id(number),
  accountId: id(number),
  carrier: 'cookie',
  provenAt: now,
  amr: 'pwd',
  createdAt: now,
  seenAt: now,
  expiresAt: now + 1_000_000,
  network: '192.0.2.1',
  clientName: 'Suite',
  ended: undefined,
});

/** A family in generation 0, of the session with the same number. */
export const family = (number: number, now: number): Family => ({
  id: id(number),
  sessionId: id(number),
  generation: 0,
  digest: digest(number),
  priorDigest: digest(number),
  rotatedAt: now,
  accessDigest: digest(number + 1),
  accessExpiresAt: now + 1000,
  priorAccessDigest: '',
  priorAccessExpiresAt: 0,
});

/** What the rotation to a generation writes. */
export const rotation = (generation: number, now: number): Rotation => ({
  digest: digest(100 + generation),
  rotatedAt: now + generation,
  accessDigest: digest(200 + generation),
  accessExpiresAt: now + 1000 + generation,
});

/** An API key of an account. */
export const apiKey = (number: number, accountId: string, now: number): ApiKey => ({
  id: id(number),
  accountId,
  name: `Key ${number}`,
  hint: 'dw_ak_ab',
  scopes: ['reports:read', 'reports:write'],
  digest: digest(number),
  createdAt: now,
  expiresAt: now + 1000,
  usedAt: 0,
});

/** A signing key that is born next. */
export const signingKey = (number: number, now: number): SigningKeyRecord => ({
  kid: `kid-${number}`,
  algorithm: 'EdDSA',
  state: 'next',
  publicJwk: '{"kty":"OKP"}',
  sealedPrivate: new Uint8Array(32).fill(number % 256),
  createdAt: now + number,
  activeAt: 0,
  retiredAt: 0,
});

/** Writes an account with a session and a family, all of one number. */
export async function signedIn(tx: Transaction, number: number, now: number): Promise<void> {
  await tx.accounts.insert(account(number, now), [username(`person-${number}`)]);
  await tx.sessions.insert(session(number, now), digest(number));
  await tx.families.insert(family(number, now));
}

/** Writes accounts with a session and a family each, numbered from 1. */
export const people = (store: Store, count: number, now: number): Promise<void> =>
  store.transact(async (tx) => {
    for (let number = 1; number <= count; number += 1) await signedIn(tx, number, now);
  });
