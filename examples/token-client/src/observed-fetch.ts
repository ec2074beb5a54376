/** What goes to the central server and comes back, seen: refreshes and expirations are counted, outages are logged. */
import type { SessionState } from '@doorward/client';
import type { Clock } from 'doorward';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** What watching takes. */
export interface Watch {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Where the client stands that sends; none for one without tokens. */
  readonly state?: () => Promise<SessionState>;
}

/** A fetch that tells what becomes of it, and nothing of what is in it. What it rejects with passes through. */
export function observedFetch(watch: Watch): typeof fetch {
  const { log, metrics } = watch;
  return async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const isRefresh = pathname === '/api/v1/tokens/refresh';
    if (isRefresh) await countExpired(watch);
    log('DEBUG', `asking the central server: ${pathname}`);
    try {
      const answer = await fetch(input, init);
      if (isRefresh) tellRefresh(watch, answer.status);
      else if (answer.status >= 500) log('ERROR', `the central server answered ${answer.status}`);
      return answer;
    } catch (thrown) {
      log('ERROR', 'the central server is unreachable');
      if (isRefresh) metrics.refreshed('unreachable');
      throw thrown;
    }
  };
}

/** Counts the tokens that are over when a refresh begins. */
async function countExpired({ state, metrics, clock }: Watch): Promise<void> {
  // A client that is being closed says no more where it stands, and its last refresh goes on all the same.
  const now = await state?.().catch(() => undefined);
  if (now === undefined || now.status === 'signed-out') return;
  if (now.accessExpiresAt <= clock.now()) metrics.expired('access');
  if ((now.refreshExpiresAt ?? Infinity) <= clock.now()) metrics.expired('refresh');
}

function tellRefresh({ log, metrics }: Watch, status: number): void {
  if (status === 200) {
    metrics.refreshed('success');
    log('INFO', 'the tokens were refreshed');
  } else if (status === 401) {
    metrics.refreshed('refused');
    log('ERROR', 'the refresh was refused: the tokens are dropped');
  } else {
    metrics.refreshed('unreachable');
    log('ERROR', `the refresh got no useful answer, but ${status}`);
  }
}
