/**
 * What a client holds of a session, and the text that a store keeps of it. The text is of a known version, of one issuer
 * and checked whenever it is read: a damaged one, or one of another server, is no session.
 */
import { accountOf, jsonOf, membersOf, numberOf, textOf, tokenOf } from './check.ts';
import type { Account, Tokens } from './client.ts';

/** A session as it is held. */
export interface Held extends Tokens {
  /** When the tokens were asked for, in milliseconds since 1970: their lives are counted from then. */
  readonly issuedAt: number;
  readonly account: Account;
  readonly sessionId: string;
}

/** The text for the store. */
export const textOfHeld = (issuer: string, held: Held): string => JSON.stringify({ v: 1, issuer, ...held });

/** Reads the text of a store. */
export function heldOf(issuer: string, text: string | undefined): Held | undefined {
  const { v, issuer: from, ...rest } = membersOf(text === undefined ? undefined : jsonOf(text));
  if (v !== 1 || from !== issuer) return undefined;
  const accessToken = tokenOf(rest['accessToken']);
  const refreshToken = tokenOf(rest['refreshToken']);
  const accessExpiresAt = numberOf(rest['accessExpiresAt']);
  const issuedAt = numberOf(rest['issuedAt']);
  const account = accountOf(rest['account']);
  const sessionId = textOf(rest['sessionId']);
  if (!accessToken || !refreshToken || !account || !sessionId) return undefined;
  if (accessExpiresAt === undefined || issuedAt === undefined) return undefined;
  const refreshExpiresAt = numberOf(rest['refreshExpiresAt']);
  return { accessToken, refreshToken, accessExpiresAt, refreshExpiresAt, issuedAt, account, sessionId };
}

/** The tokens of an answer whose request was sent at `issuedAt`; undefined when it has none (RFC 6749 §5.1). */
export function tokensOf(answer: unknown, issuedAt: number): (Tokens & { issuedAt: number }) | undefined {
  const said = membersOf(answer);
  const accessToken = tokenOf(said['access_token']);
  const refreshToken = tokenOf(said['refresh_token']);
  const life = numberOf(said['expires_in']);
  if (!accessToken || !refreshToken || life === undefined || !/^bearer$/i.test(String(said['token_type'])))
    return undefined;
  const refreshLife = numberOf(said['refresh_expires_in']);
  return {
    accessToken,
    refreshToken,
    issuedAt,
    accessExpiresAt: issuedAt + life * 1000,
    refreshExpiresAt: refreshLife === undefined ? undefined : issuedAt + refreshLife * 1000,
  };
}
