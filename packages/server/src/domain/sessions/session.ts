/**
 * The session: signed-in state, one row, the only truth. It knows by which carrier it travels, yet nothing of
 * how that carrier looks on the wire.
 */
import type { Settings } from '../settings.ts';

/** Signed-in state. Times are milliseconds since 1970. */
export interface Session {
  /** UUIDv7; `sid` inside tokens. */
  readonly id: string;
  readonly accountId: string;
  /** The name of the carrier that it travels by. */
  readonly carrier: string;
  /** When it was last proven who this is; `auth_time` of OpenID Connect. */
  readonly provenAt: number;
  /** By what it was proven (RFC 8176), space-separated. */
  readonly amr: string;
  readonly createdAt: number;
  /** Written at most once a minute. */
  readonly seenAt: number;
  /** The absolute end. */
  readonly expiresAt: number;
  /** The network it was started from: an IPv4 address, or the /64 of an IPv6 one. */
  readonly network: string;
  /** What the signing-in program called itself. */
  readonly clientName: string;
  readonly ended: SessionEnd | undefined;
}

/** How a session ended before its time. */
export interface SessionEnd {
  readonly at: number;
  /** The account that ended it, or `system`. */
  readonly by: string;
  readonly reason: EndReason;
}

/** Why a session was ended. */
export type EndReason =
  | 'sign-out'
  | 'ended-by-owner'
  | 'ended-by-administrator'
  | 'replaced'
  | 'password-changed'
  | 'factor-removed'
  | 'factors-reset'
  | 'proof-demanded'
  | 'refresh-reused'
  | 'account-disabled'
  | 'account-closing'
  | 'account-deleted'
  | 'restored';

/** What a live check found wrong with a session, in words for the operator. */
export interface SessionFault {
  readonly check: 'session-ended' | 'session-idle' | 'session-expired' | 'account-disabled';
  readonly [detail: string]: string | number;
}

/** How often `seenAt` is written: once in so many milliseconds. */
export const seenStep = 60_000;

/**
 * Judges a session at `now`: undefined when it lives, else what is wrong with it. Activity never carries it past
 * its absolute end (ASVS 7.3.1, 7.3.2).
 */
export function sessionFault(
  session: Session & { readonly accountStatus: string },
  settings: Pick<Settings, 'sessionIdleSeconds'>,
  now: number,
): SessionFault | undefined {
  const { ended } = session;
  if (ended) {
    return { check: 'session-ended', ended_at: iso(ended.at), ended_by: ended.by, reason: ended.reason };
  }
  if (now >= session.expiresAt) {
    return {
      check: 'session-expired',
      expired_at: iso(session.expiresAt),
      late_by_seconds: seconds(now - session.expiresAt),
    };
  }
  const idleEnd = session.seenAt + settings.sessionIdleSeconds * 1000;
  if (now >= idleEnd)
    return {
      check: 'session-idle',
      idle_since: iso(session.seenAt),
      late_by_seconds: seconds(now - idleEnd),
    };
  if (session.accountStatus !== 'active')
    return { check: 'account-disabled', account_status: session.accountStatus };
  return undefined;
}

const iso = (time: number): string => new Date(time).toISOString();
const seconds = (milliseconds: number): number => Math.round(milliseconds / 1000);
