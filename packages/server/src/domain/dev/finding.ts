/** What can be said of a token: a check, how it came out, and the values that its sentence is made with. */

/** Checks that only inspections make; what refuses a token has names of its own. */
export type InspectionCheck =
  | 'not-a-token'
  | 'type'
  | 'algorithm'
  | 'key-known'
  | 'key-unknown'
  | 'signature-holds'
  | 'signature-fails'
  | 'claims-unread'
  | 'issuer-ours'
  | 'issuer-other'
  | 'audience-ours'
  | 'audience-other'
  | 'expires-in'
  | 'expired-since'
  | 'no-expiry'
  | 'issued-ago'
  | 'issued-ahead'
  | 'proven-ago'
  | 'subject-known'
  | 'subject-unknown'
  | 'session-named'
  | 'claim'
  | 'handle-kind'
  | 'check-holds'
  | 'check-fails'
  | 'one-time'
  | 'row-gone'
  | 'row-other'
  | 'row-used'
  | 'row-over'
  | 'row-takes'
  | 'row-takes-for'
  | 'live'
  | 'refused';

/** Values of a sentence. */
export type FindingValues = Readonly<Record<string, string | number>>;

/** One thing that was found. */
export interface Finding {
  readonly verdict: 'good' | 'bad' | 'note';
  readonly check: InspectionCheck;
  readonly values: FindingValues;
}

/** Makes one. */
export const finding = (
  verdict: Finding['verdict'],
  check: InspectionCheck,
  values: FindingValues = {},
): Finding => ({ verdict, check, values });

/** Whether a token lives, and whose it is, or why it does not. */
export type Liveness =
  | { readonly about: FindingValues }
  | { readonly refused: { readonly check: string } & Readonly<Record<string, unknown>> };

/** The finding of a refusal; `why` is the check that refused. */
export function refusedAs({
  check,
  ...detail
}: { readonly check: string } & Readonly<Record<string, unknown>>): Finding {
  const values = Object.entries(detail).filter(
    (entry): entry is [string, string | number] =>
      typeof entry[1] === 'string' || typeof entry[1] === 'number',
  );
  return finding('bad', 'refused', { ...Object.fromEntries(values), why: check });
}
