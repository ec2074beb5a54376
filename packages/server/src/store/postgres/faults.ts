/** What Postgres says when it cannot, and what may help. */
import { type DomainFailure, fail } from '../../domain/failures.ts';

/** The connection broke. What was on its way over it may have been done or not. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/**
 * What may help: to do it `again`, for it lost a race and was undone; to do it `elsewhere`, over a new connection; `later`,
 * which is for the caller to decide. Undefined when nothing does.
 */
export type Remedy = 'again' | 'elsewhere' | 'later';

/** SQLSTATE of what loses a race: serialization_failure, deadlock_detected. */
const raceLost: ReadonlySet<string> = new Set(['40001', '40P01']);

/**
 * foreign_key_violation, unique_violation, duplicate_object, duplicate_table: whoever looks again finds what the winner of a race
 * wrote or made, or finds it gone.
 */
const collided: ReadonlySet<string> = new Set(['23503', '23505', '42710', '42P07']);

/**
 * The server stops, starts or has changed places: admin_shutdown, crash_shutdown, cannot_connect_now, database_dropped,
 * idle_in_transaction_session_timeout, transaction_timeout, read_only_sql_transaction, too_many_connections,
 * feature_not_supported (a plan from before a migration), invalid_sql_statement_name (prepared on another connection),
 * statement_completion_unknown (so a distributed engine tells of a COMMIT whose outcome it does not know); and all of class 08.
 */
const elsewhere = /^(?:08...|57P0[1-5]|25P0[34]|25006|53300|0A000|26000|40003)$/;

/** query_canceled, lock_not_available; insufficient_resources (53), operator_intervention (57), system_error (58). */
const later = /^(?:55P03|5[378]...)$/;

/** What may help against something that was thrown. */
export function remedyOf(thrown: unknown): Remedy | undefined {
  if (thrown instanceof ConnectionLost) return 'elsewhere';
  const state = stateOf(thrown);
  if (state === undefined) return undefined;
  if (raceLost.has(state)) return 'again';
  if (elsewhere.test(state)) return 'elsewhere';
  return later.test(state) ? 'later' : undefined;
}

/** feature_not_supported, syntax_error, undefined_object, undefined_function. */
const missing: ReadonlySet<string> = new Set(['0A000', '42601', '42704', '42883']);

/**
 * Whether a server said that it does not have something. Engines that speak Postgres's protocol lack some of what is asked for
 * here; whoever asks goes on without.
 */
export const isLacking = (thrown: unknown): boolean => missing.has(stateOf(thrown) ?? '');

/** Whether a constraint refused: at most a few times because of a race, else because of a fault of ours. */
export const isCollision = (thrown: unknown): boolean => collided.has(stateOf(thrown) ?? '');

/** The SQLSTATE of what the server said; undefined when it said nothing. */
export function stateOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('severity' in thrown) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** The failure that callers hear of. What the server said may quote values, so of that its state alone is told. */
export const unavailable = (cause: unknown): DomainFailure =>
  fail('store_unavailable', {
    retryAfter: 1,
    cause,
    detail: { store: 'postgres', reason: stateOf(cause) ?? deepest(cause) },
  });

/** The words of the first of all causes. */
function deepest(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause === undefined ? thrown.message : deepest(thrown.cause);
}
