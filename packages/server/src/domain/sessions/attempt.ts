/**
 * The attempt: a sign-in on our pages, on its way from the first step to the session. It belongs to the browser that began it,
 * stands at one step, and every step names it and is taken once. Whoever is half through holds nothing but its id, which no
 * other door takes.
 */
import { hash } from 'node:crypto';
import { equalText, utf8 } from '../../base/bytes.ts';
import { isUuid, uuidv7 } from '../../base/uuid.ts';
import { type DomainFailure, fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import type { AttemptRow } from './attempt-records.ts';

/** Seconds that somebody may take from the first step to the last. */
const attemptSeconds = 600;

/** Seconds that an attempt is known past its time: whoever comes late is led back to what waited for it. */
export const attemptKnownSeconds = 1800;

/** Where somebody goes on once they are signed in: a request of a client that waits, or else a path of ours. */
export interface WayOn {
  /** Empty when none waits. */
  readonly authorization: string;
  readonly next: string;
}

/** Who it is said to be, and the way on. */
export interface AttemptWish extends WayOn {
  /** As typed; empty when nobody was named. */
  readonly identifier: string;
}

/** An attempt under way. */
export interface SignInAttempt extends Omit<AttemptRow, 'sealed' | 'browser'>, AttemptWish {}

/** The steps: nobody was proven yet, or one factor was and another is missing. */
export type AttemptStep = 'first' | 'second';

/** What a first step has proven. */
export interface FirstProof {
  readonly accountId: string;
  readonly amr: string;
  readonly phc?: string | undefined;
}

const sealPurpose = 'sign-in attempt';

const digestOf = (browser: string): string => hash('sha256', browser, 'base64url');

/** Begins an attempt inside a transaction, at the second step where a factor was proven already; returns its id. */
export async function beginAttempt(
  { clock, vault }: Pick<Ports, 'clock' | 'vault'>,
  tx: Transaction,
  { browser, wish, proof }: { browser: string; wish: AttemptWish; proof?: FirstProof | undefined },
): Promise<string> {
  const createdAt = clock.now();
  const id = uuidv7(createdAt);
  const { identifier, authorization, next } = wish;
  await tx.attempts.insert({
    id,
    browser: digestOf(browser),
    sealed: vault.seal(sealPurpose, utf8(JSON.stringify({ identifier, authorization, next })), id),
    accountId: proof?.accountId ?? '',
    amr: proof?.amr ?? '',
    phc: proof?.phc ?? '',
    createdAt,
    expiresAt: createdAt + attemptSeconds * 1000,
  });
  return id;
}

/**
 * The attempt of an id in this browser, at this step. Throws `sign_in_over` when it is done, too old, at another step or of
 * another browser.
 */
export async function findAttempt(
  { store, clock, vault }: Pick<Ports, 'store' | 'clock' | 'vault'>,
  id: string,
  { browser, step }: { readonly browser: string; readonly step?: AttemptStep | undefined },
): Promise<SignInAttempt> {
  const row = isUuid(id) ? await store.read.attempts.find(id) : undefined;
  if (!row) throw over('attempt-unknown');
  if (browser === '' || !equalText(row.browser, digestOf(browser))) throw over('other-browser');
  if (row.expiresAt <= clock.now()) throw over('expired');
  if (step !== undefined && step !== stepOf(row)) throw over('other-step');
  const { sealed: _sealed, browser: _owner, ...attempt } = row;
  const wish = wishOf(vault, row);
  if (!wish) throw over('attempt-forged');
  return { ...attempt, ...wish };
}

/** Where an attempt of this browser was to lead, also when its time is over; undefined when nobody knows any more. */
export async function wayBack(
  { store, vault }: Pick<Ports, 'store' | 'vault'>,
  id: string,
  browser: string,
): Promise<WayOn | undefined> {
  const row = isUuid(id) ? await store.read.attempts.find(id) : undefined;
  return row && browser !== '' && equalText(row.browser, digestOf(browser)) ? wishOf(vault, row) : undefined;
}

function wishOf(vault: Ports['vault'], { id, sealed }: AttemptRow): AttemptWish | undefined {
  const opened = vault.open(sealPurpose, sealed, id);
  if (!opened) return undefined;
  // Nobody but this file seals for this purpose.
  const wish: AttemptWish = JSON.parse(Buffer.from(opened).toString());
  return wish;
}

/** The step that an attempt stands at. */
const stepOf = ({ accountId }: Pick<AttemptRow, 'accountId'>): AttemptStep =>
  accountId === '' ? 'first' : 'second';

/** Moves an attempt on to its second step, or on within it. Throws `sign_in_over` when it has moved meanwhile. */
export async function moveOn(
  { clock }: Pick<Ports, 'clock'>,
  tx: Transaction,
  { attempt, proof }: { readonly attempt: Standing; readonly proof: FirstProof },
): Promise<void> {
  const { accountId, amr, phc = '' } = proof;
  if (!(await tx.attempts.prove(attempt, { accountId, amr, phc, now: clock.now() })))
    throw over('attempt-moved');
}

/** Where an attempt stands. */
type Standing = Pick<SignInAttempt, 'id' | 'accountId' | 'amr'>;

/** Takes an attempt out as it stands, in the transaction that begins its session. Throws `sign_in_over` when it moved. */
export async function consumeAttempt(
  { clock }: Pick<Ports, 'clock'>,
  tx: Transaction,
  { id, accountId, amr }: Standing,
): Promise<void> {
  if (!(await tx.attempts.consume({ id, accountId, amr, now: clock.now() }))) throw over('attempt-used');
}

const over = (check: string): DomainFailure => fail('sign_in_over', { detail: { check } });
