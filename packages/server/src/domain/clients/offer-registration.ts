/** Inviting programs to register themselves: a token that works so often and so long, and is shown once. */

import { equalText } from '../../base/bytes.ts';
import { uuidv7 } from '../../base/uuid.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import type { Handle } from '../tokens/handle.ts';
import type { Who } from './govern-clients.ts';

/** How a token is offered. */
export interface RegistrationOffer {
  /** How many clients may be registered by it. */
  readonly uses: number;
  /** Seconds from now. */
  readonly expiresIn: number;
}

/** Makes a registration token; its text is seen by nobody again. */
export async function offerRegistration(
  { store, clock, handles }: Ports,
  { actor, network }: Who,
  { uses, expiresIn }: RegistrationOffer,
): Promise<{ id: string; text: string }> {
  const now = clock.now();
  const { locator: id, digest, text } = handles.mint('registration-token', uuidv7(now));
  await store.transact(async (tx) => {
    const expiresAt = now + expiresIn * 1000;
    await tx.registrationTokens.insert({ id, digest, uses, createdAt: now, expiresAt });
    const data = { token: id, uses, expires_in: expiresIn };
    await appendEvent(tx, now, { type: 'registration.offered', actor, network, data });
  });
  return { id, text };
}

/** Takes a token back; the clients that came by it stay. Throws `not_found`. */
export async function withdrawRegistration(
  { store, clock }: Ports,
  { actor, network }: Who,
  id: string,
): Promise<void> {
  await store.transact(async (tx) => {
    if (!(await tx.registrationTokens.delete(id))) throw fail('not_found', { detail: { token: id } });
    const data = { token: id };
    await appendEvent(tx, clock.now(), { type: 'registration.withdrawn', actor, network, data });
  });
}

/** Looks whether a token invites, without using it. Throws `invalid_token`. */
export async function invitation(
  { store, handles, clock }: Pick<Ports, 'store' | 'handles' | 'clock'>,
  text: string,
): Promise<Handle> {
  const handle = handles.read('registration-token', text);
  const token = handle && (await store.read.registrationTokens.find(handle.locator));
  const isGood =
    token !== undefined &&
    equalText(token.digest, handle?.digest ?? '') &&
    token.uses > 0 &&
    token.expiresAt > clock.now();
  if (!handle || !isGood) throw notInvited();
  return handle;
}

/** The fault of a token that invites nobody, or nobody any more. */
export const notInvited = (): OAuthFault =>
  new OAuthFault('invalid_token', 'The registration token is not valid.', { check: 'registration-token' });
