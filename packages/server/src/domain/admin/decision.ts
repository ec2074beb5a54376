/**
 * Decisions: why somebody was refused. The id that the caller gets is the record itself, sealed under a key of this
 * server, so that nothing is stored and a flood of refusals costs no writes.
 */
import { fromBase64url, toBase64url, utf8 } from '../../base/bytes.ts';
import type { FailureDetail } from '../../base/failure.ts';
import type { Vault } from '../keys/vault.ts';

/** What is remembered of a refusal. */
export interface Decision {
  /** ISO 8601. */
  readonly at: string;
  /** The code of the failure. */
  readonly code: string;
  readonly method: string;
  /** The path without its query. */
  readonly path: string;
  readonly network: string;
  readonly requestId: string;
  /** The exact check that failed, with its particulars. */
  readonly detail: Readonly<Record<string, FailureDetail>>;
}

const prefix = 'dw_why_';
const purpose = 'decision';
/** Particulars are cut to so many characters: a header has little room. */
const longestText = 120;

/** Bytes that a record is filled up to: its length must not tell a caller what it says, such as whether there is an account. */
const step = 512;

/** Seals a decision into its id: 727 letters, more only where a caller sent long headers. */
export function sealDecision(vault: Vault, decision: Decision): string {
  const detail = Object.fromEntries(
    Object.entries(decision.detail).map(([name, value]) => [name, short(value)]),
  );
  const text = JSON.stringify({ ...decision, path: decision.path.slice(0, longestText), detail });
  const record = utf8(text);
  const filled = Buffer.alloc(Math.ceil(record.byteLength / step) * step, ' ');
  filled.set(record);
  return prefix + toBase64url(vault.seal(purpose, filled, ''));
}

/** The decision behind an id, or undefined when this server did not make it. */
export function openDecision(vault: Vault, id: string): Decision | undefined {
  if (!id.startsWith(prefix)) return undefined;
  const sealed = fromBase64url(id.slice(prefix.length));
  const plain = sealed && vault.open(purpose, sealed, '');
  if (!plain) return undefined;
  // Sealed by us alone, from a Decision.
  const decision: Decision = JSON.parse(Buffer.from(plain).toString('utf8'));
  return decision;
}

const short = (value: FailureDetail): FailureDetail =>
  typeof value === 'string' ? value.slice(0, longestText) : value;
