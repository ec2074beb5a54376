/**
 * Who asks: somebody who is logged in, or nobody, and then why.
 */
import { wireOf } from '@doorward/examples-kit';
import { type Doorward, Failure, type Session, type SessionCarrier } from 'doorward';
import type { Context } from 'hono';

/** What every answer may need. */
export interface Parts {
  readonly doorward: Doorward;
  readonly carrier: SessionCarrier;
  /** Signs tokens of sessions and of forms. */
  readonly key: Uint8Array;
  /** How long somebody stays logged in, in seconds. */
  readonly tokenSeconds: number;
  /** A line for newcomers on the login page. */
  readonly hint: string | undefined;
}

/** Somebody who is logged in. */
export interface Visitor {
  readonly name: string;
  readonly session: Session;
}

/** Why nobody is logged in: no token, one whose time is over, or one that is not worth anything. */
export type Absence = 'missing' | 'expired' | 'invalid';

/** Who sends a request, by the token in its cookie. */
export async function whoAsks({ doorward, carrier }: Parts, c: Context): Promise<Visitor | Absence> {
  try {
    const { accountName, session } = await doorward.authenticate(wireOf(c, {}), [carrier.name]);
    return session ? { name: accountName, session } : 'invalid';
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    if (thrown.code === 'credentials_missing') return 'missing';
    if (thrown.code !== 'credentials_invalid') throw thrown;
    return isOver(thrown.detail['check']) ? 'expired' : 'invalid';
  }
}

/** By the `exp` of the token, or by the end of its session. */
const isOver = (check: unknown): boolean => check === 'expired' || check === 'session-expired';
