/**
 * The secrets of a client. A secret is shown once, when it is made; the one before it goes on for a while, so that a client
 * that runs on many machines can be given the new one without a gap.
 */
import { uuidv7 } from '../../base/uuid.ts';
import type { Governor } from '../accounts/govern.ts';
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import type { Client } from './client.ts';
import { governedClient } from './governed-client.ts';

/** A secret that was made, with its text, which nobody sees again. */
export interface IssuedSecret {
  readonly id: string;
  readonly text: string;
}

/** Seconds that the secret before a new one goes on, unless told. */
export const overlapSeconds = 86_400;

/** The longest that it may go on, in seconds. */
export const longestOverlap = 30 * overlapSeconds;

/** Whether a client proves itself by a secret. */
export const hasSecret = ({ authentication }: Pick<Client, 'authentication'>): boolean =>
  authentication === 'client_secret_basic' || authentication === 'client_secret_post';

/** Makes a secret inside a transaction; the one before it ends at `priorEndsAt`, milliseconds since 1970. */
export async function issueSecret(
  { handles, clock }: Pick<Ports, 'handles' | 'clock'>,
  tx: Transaction,
  { clientId, priorEndsAt }: { clientId: string; priorEndsAt: number },
): Promise<IssuedSecret> {
  const now = clock.now();
  const { locator: id, digest, text } = handles.mint('client-secret', uuidv7(now));
  const secret = { id, clientId, digest, createdAt: now, expiresAt: 0 };
  await tx.clientSecrets.rotate(secret, { now, priorEndsAt });
  return { id, text };
}

/**
 * Gives a client a new secret; the one before it goes on for `overlap` seconds at most, and ends at once with 0. Throws
 * `not_found`, `privilege_exceeded`, and `input_invalid` for a client that has no secret.
 */
export function rotateSecret(
  ports: Ports,
  governor: Governor,
  { clientId, overlap = overlapSeconds }: { clientId: string; overlap?: number | undefined },
): Promise<IssuedSecret> {
  const { store, clock } = ports;
  return store.transact(async (tx) => {
    const client = await governedClient(tx, governor, clientId);
    if (!hasSecret(client)) {
      const message = 'This client has no secret.';
      throw fail('input_invalid', { fields: [{ field: 'authentication', message }] });
    }
    const now = clock.now();
    const secret = await issueSecret(ports, tx, { clientId, priorEndsAt: now + overlap * 1000 });
    await appendEvent(tx, now, {
      type: 'client.secret-rotated',
      actor: governor.actor,
      network: governor.network,
      data: { client: clientId, secret: secret.id, overlap_seconds: overlap },
    });
    return secret;
  });
}
