/**
 * The ceremony: a challenge that was given to one browser for one purpose (WebAuthn Level 3, §7.1, §7.2). The browser keeps it
 * sealed, so that asking for one writes nothing; it is used up by whoever shows what it was for, in the transaction of that.
 */
import { hash, randomBytes } from 'node:crypto';
import { fromBase64url, toBase64url, utf8 } from '../../base/bytes.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';

/** What a challenge may be answered for. */
export type CeremonyPurpose = 'register' | 'sign-in' | 'second-factor';

/** For what, and for whom. */
export interface CeremonyScope {
  readonly purpose: CeremonyPurpose;
  /** The id of a session or of a sign-in under way, or the secret of a browser: elsewhere it opens nothing. */
  readonly boundTo: string;
  /** Empty where the passkey itself says whose it is. */
  readonly accountId: string;
}

/** A challenge under way. */
export interface Ceremony {
  /** 32 random bytes in base64url. */
  readonly challenge: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Seconds that a person may take. */
const ceremonySeconds = 300;
const sealPurpose = 'passkey ceremony';

/** Begins a ceremony: its challenge, and the text by which the browser brings it back. It is always bound to somebody. */
export function beginCeremony(
  { vault, clock }: Pick<Ports, 'vault' | 'clock'>,
  scope: CeremonyScope,
): { readonly challenge: Uint8Array<ArrayBuffer>; readonly ceremony: string } {
  if (scope.boundTo === '') throw new Error('a ceremony that is bound to nobody would be good everywhere');
  const challenge = new Uint8Array(randomBytes(32));
  const expiresAt = clock.now() + ceremonySeconds * 1000;
  const opened: Ceremony = { challenge: toBase64url(challenge), expiresAt };
  const sealed = vault.seal(sealPurpose, utf8(JSON.stringify(opened)), contextOf(scope));
  return { challenge, ceremony: toBase64url(sealed) };
}

/** The ceremony that was begun for this very scope. Throws `ceremony_over` for any other, and for one that took too long. */
export function openCeremony(
  { vault, clock }: Pick<Ports, 'vault' | 'clock'>,
  text: string,
  scope: CeremonyScope,
): Ceremony {
  const sealed = fromBase64url(text);
  // Whoever keeps no secret has begun none.
  const bytes = sealed && scope.boundTo !== '' && vault.open(sealPurpose, sealed, contextOf(scope));
  if (!bytes) throw over('ceremony-forged');
  // Nobody but this file seals for this purpose.
  const ceremony: Ceremony = JSON.parse(Buffer.from(bytes).toString());
  if (ceremony.expiresAt <= clock.now()) throw over('ceremony-expired');
  return ceremony;
}

/** Uses a ceremony up inside a transaction. Throws `ceremony_over` when it was used before. */
export async function useCeremony(tx: Transaction, { challenge, expiresAt }: Ceremony): Promise<void> {
  const digest = hash('sha256', challenge, 'base64url');
  if (!(await tx.replays.see({ kind: 'ceremony', digest, expiresAt }))) throw over('ceremony-used');
}

const contextOf = ({ purpose, boundTo, accountId }: CeremonyScope): string =>
  JSON.stringify([purpose, boundTo, accountId]);

const over = (check: string) => fail('ceremony_over', { detail: { check } });
