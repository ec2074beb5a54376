/**
 * Strict reading of what comes from outside: the server's answers and the stored text. Whatever is not as expected is
 * undefined, and whoever asked says what that means.
 */
import type { Account, AskedCode } from './client.ts';

/** The members of a JSON object; none for anything else. */
export const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** Parses JSON; undefined when it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

/** Visible ASCII, as it can stand in a header; at most 8,192 characters. */
export const tokenOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[!-~]{1,8192}$/.test(value) ? value : undefined;

/** A finite number that is not negative. */
export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 && value < Infinity ? value : undefined;

/** Text that is not empty. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** An account as the server shows it. */
export function accountOf(value: unknown): Account | undefined {
  const { id, name, email, username, roles } = membersOf(value);
  if (textOf(id) === undefined || typeof name !== 'string') return undefined;
  return {
    id: String(id),
    name,
    email: textOf(email) ?? null,
    username: textOf(username) ?? null,
    roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
  };
}

/** What the server answers to whoever asks for a mail. */
export function askedOf(value: unknown): AskedCode | undefined {
  const { ticket, screen_code: screenCode, expires_at: expiresAt } = membersOf(value);
  const isWhole = [ticket, screenCode, expiresAt].every((one) => textOf(one) !== undefined);
  return isWhole
    ? { ticket: String(ticket), screenCode: String(screenCode), expiresAt: String(expiresAt) }
    : undefined;
}
