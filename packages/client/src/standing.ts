/**
 * Where the client stands, and when it acts by itself: it tells of changes, refreshes ahead when that was asked for, and
 * after an outage tries again until the server is back.
 */
import { chance } from './chance.ts';
import type { SessionState } from './client.ts';
import type { Cancel, Clock } from './clock.ts';
import type { ClientFailure } from './failure.ts';
import type { Held } from './held.ts';

/** What standing takes. */
export interface StandingOptions {
  readonly clock: Clock;
  /** When a token is refreshed ahead without being asked, in milliseconds since 1970; undefined to wait for callers. */
  readonly dueAt: ((held: Held) => number) | undefined;
  /** Whether a refresh is under way. */
  readonly running: () => boolean;
  /** Refreshes what is due. Never rejects. */
  readonly wake: () => void;
}

/** What is known of a client's session at this moment. */
export interface Standing {
  /** Takes in what is in the store. */
  seen(held: Held | undefined): void;
  /** Takes in that a refresh began, or ended with a failure or without. */
  refreshed(failure: ClientFailure | undefined): void;
  /** Plans the next act of its own anew. */
  plan(): void;
  /** Why the last refresh got nothing; undefined when it did, or was refused. */
  trouble(): ClientFailure | undefined;
  /** Why the server has refused to go on with the session. */
  refusal(): ClientFailure | undefined;
  state(): SessionState;
  listen(listener: (state: SessionState) => void): () => void;
  close(): void;
}

interface Known {
  held: Held | undefined;
  trouble: ClientFailure | undefined;
  refusal: ClientFailure | undefined;
  /** Milliseconds to the next attempt of its own. */
  retry: number;
}

/** Milliseconds between attempts of its own in an outage: each waits twice as long as the one before it. */
const [beforeFirst, last] = [1000, 60_000];
/** Timers of many platforms count to 2^31 - 1 milliseconds. */
const longest = 2 ** 31 - 1;

/** Makes the standing of a client. */
export function standingOf({ clock, dueAt, running, wake }: StandingOptions): Standing {
  const known: Known = { held: undefined, trouble: undefined, refusal: undefined, retry: beforeFirst };
  const listeners = new Set<(state: SessionState) => void>();
  const state = (): SessionState => stateOf(known, running());
  let told = lineOf(known, state());
  let cancel: Cancel = () => undefined;
  let closed = false;

  const plan = (): void => {
    cancel();
    const { held, trouble, retry } = known;
    if (closed || !held || running()) return;
    const pause = Math.max(retry * (1 + chance()), (trouble?.retryAfter ?? 0) * 1000);
    const wait = trouble ? pause : dueAt && dueAt(held) - clock.now();
    if (wait !== undefined) cancel = clock.after(Math.min(Math.max(wait, 0), longest), wake);
  };
  const tell = (): void => {
    const now = state();
    const line = lineOf(known, now);
    if (line === told || closed) return;
    told = line;
    plan();
    // A listener that throws must not stop a refresh: each is called on its own.
    for (const listener of listeners) queueMicrotask(() => listener(now));
  };
  return {
    seen: (held) => {
      see(known, held);
      tell();
    },
    refreshed: (failure) => {
      suffer(known, failure);
      tell();
    },
    plan,
    trouble: () => known.trouble,
    refusal: () => known.refusal,
    state,
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => {
      closed = true;
      cancel();
    },
  };
}

function stateOf({ held, trouble, refusal }: Known, running: boolean): SessionState {
  if (!held) return { status: 'signed-out', failure: refusal };
  const { account, sessionId, accessExpiresAt, refreshExpiresAt } = held;
  const settled = trouble?.code === 'server_unreachable' ? 'offline' : 'signed-in';
  const status = running ? 'refreshing' : settled;
  return { status, account, sessionId, accessExpiresAt, refreshExpiresAt, failure: trouble };
}

/** What makes one state another; a refresh is one change, however many steps it has. */
const lineOf = ({ held }: Known, { status, failure }: SessionState): string =>
  status === 'refreshing' ? status : `${status} ${held?.accessToken} ${failure?.code}`;

/** New tokens end all trouble, whoever brought them. */
function see(known: Known, held: Held | undefined): void {
  if (held?.accessToken !== known.held?.accessToken) {
    known.trouble = undefined;
    known.retry = beforeFirst;
    if (held) known.refusal = undefined;
  }
  known.held = held;
}

function suffer(known: Known, failure: ClientFailure | undefined): void {
  if (failure?.code === 'signed_out') known.refusal = failure.cause === undefined ? undefined : failure;
  else if (failure) {
    known.trouble = failure;
    known.retry = Math.min(known.retry * 2, last);
  }
}
