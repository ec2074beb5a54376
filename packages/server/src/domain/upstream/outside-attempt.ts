/**
 * The attempt: a sign-in that began here and goes on at an outside provider. It is kept by the browser alone, sealed, in a
 * cookie of its own: what another browser brings, or brings to another provider's address, opens nothing (RFC 9700 §4.7).
 */
import { randomBytes } from 'node:crypto';
import { fromBase64url, toBase64url, utf8 } from '../../base/bytes.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import type { AttemptSecrets } from './upstream.ts';

/** Seconds that somebody may take at the provider. */
export const attemptSeconds = 600;

/** What somebody wants of a provider. */
export interface AttemptPurpose {
  readonly provider: string;
  /** The authorization request that waits for a sign-in; empty when none does. */
  readonly authorization: string;
  /** The path of ours to go to, where no request waits. */
  readonly next: string;
  /** The session to whose account the identity is to be linked; empty where somebody signs in. */
  readonly linksTo: string;
}

/** An attempt under way. */
export interface Attempt extends AttemptPurpose, AttemptSecrets {
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** An attempt as a browser keeps it. */
export interface SealedAttempt {
  /** The name of its cookie: two attempts at once do not disturb each other. */
  readonly name: string;
  readonly value: string;
}

const sealPurpose = 'outside sign-in';
const secret = (): string => randomBytes(32).toString('base64url');
/** 32 random bytes in base64url. */
const stateShape = /^[A-Za-z0-9_-]{43}$/;

/** The name of the cookie of an attempt. Throws `authorization_over` for a state that is none of ours. */
export function attemptCookie(state: string): string {
  if (!stateShape.test(state)) throw over('state-malformed');
  return `doorward_outside_${state.slice(0, 16)}`;
}

/** Begins an attempt. */
export function beginAttempt(
  { vault, clock }: Pick<Ports, 'vault' | 'clock'>,
  purpose: AttemptPurpose,
): { readonly secrets: AttemptSecrets; readonly sealed: SealedAttempt } {
  const secrets = { state: secret(), nonce: secret(), verifier: secret() };
  const attempt: Attempt = { ...purpose, ...secrets, expiresAt: clock.now() + attemptSeconds * 1000 };
  const bytes = vault.seal(
    sealPurpose,
    utf8(JSON.stringify(attempt)),
    contextOf(purpose.provider, secrets.state),
  );
  return { secrets, sealed: { name: attemptCookie(secrets.state), value: toBase64url(bytes) } };
}

/**
 * The attempt that this browser has begun at a provider under a state. Throws `authorization_over` when there is none, or
 * none any more.
 */
export function openAttempt(
  { vault, clock }: Pick<Ports, 'vault' | 'clock'>,
  { provider, state, value }: { provider: string; state: string; value: string | undefined },
): Attempt {
  if (value === undefined) throw over('other-browser');
  const sealed = fromBase64url(value);
  const bytes = sealed && vault.open(sealPurpose, sealed, contextOf(provider, state));
  if (!bytes) throw over('attempt-forged');
  // Nobody but this file seals for this purpose.
  const attempt: Attempt = JSON.parse(Buffer.from(bytes).toString());
  if (attempt.expiresAt <= clock.now()) throw over('expired');
  return attempt;
}

/** A value is good for one provider and one state. */
const contextOf = (provider: string, state: string): string => `${provider} ${state}`;

const over = (check: string) => fail('authorization_over', { detail: { check } });
