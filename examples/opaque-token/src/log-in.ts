/** Letting in whoever names an e-mail address, within a bound. */
import { randomBytes } from 'node:crypto';
import { Refused } from '@doorward/examples-kit';
import type { Doorward, SessionCarrier } from 'doorward';
import type { TokenStore } from './token-store.ts';

/** What logging in takes. */
export interface LogInParts {
  readonly doorward: Doorward;
  readonly tokens: TokenStore;
  readonly carrier: SessionCarrier;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How long a token lives. */
  readonly lifeSeconds: number;
  /** How many tokens there may be. */
  readonly mostTokens: number;
}

/** Hands out a token for an e-mail address. Refuses with 429 when the store is full and nothing in it is over. */
export type LogIn = (email: string, network: string) => Promise<string | undefined>;

/** Makes the one way in. Callers are let in one after the other, so that none takes the room that another has found. */
export function createLogIn({ doorward, tokens, carrier, now, lifeSeconds, mostTokens }: LogInParts): LogIn {
  /** Tokens that are over go, and an account goes with its last token: who fills the store fills nothing else. */
  async function makeRoom(): Promise<void> {
    for (const account of tokens.forgetExpired(now())) await doorward.accounts.delete(account);
    const { count, nextEnd } = tokens.size();
    if (count < mostTokens) return;
    const wait = Math.ceil((nextEnd - now()) / 1000);
    throw new Refused(429, 'Too many tokens', { 'retry-after': String(wait) });
  }

  /** The account of an address, made when it comes for the first time. It has a password that nobody knows. */
  async function accountOf(email: string): Promise<string> {
    const known = await doorward.accounts.findByIdentifier(email);
    if (known) return known.id;
    const password = randomBytes(32).toString('base64url');
    return (await doorward.accounts.create({ email, name: email, password })).id;
  }

  const letIn: LogIn = async (email, network) => {
    await makeRoom();
    const { delivery } = await doorward.sessions.begin({
      accountId: await accountOf(email),
      carrier,
      // Nothing was proven, and the session says so.
      amr: 'none',
      network,
      clientName: 'a form',
      lifeSeconds,
    });
    return delivery.tokens?.access_token;
  };
  let before: Promise<unknown> = Promise.resolve();
  return (email, network) => {
    const turn = before.then(() => letIn(email, network));
    before = turn.catch(() => undefined);
    return turn;
  };
}
