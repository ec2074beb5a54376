/**
 * The revocation feed as the verifier sees it: which sessions have ended, and whether that can be relied on. It can while
 * the server was heard within the bound; that is judged at each look, so that no timer can be late for it.
 */
import type { FeedStatus, RevocationFeed } from '../ports.ts';
import { createPull } from './feed-pull.ts';
import { createPush } from './feed-push.ts';
import { type Issuer, reasonOf, tell } from './issuer.ts';
import { createLedger } from './ledger.ts';

/** How the feed is had. */
export interface FeedOptions {
  readonly issuer: Issuer;
  /** Pushed by the server, or pulled by the check that needs it, for places without work between requests. */
  readonly kind: 'push' | 'pull';
  /** Seconds for which the server may be silent until the feed counts as lost: the bound of sign-out. */
  readonly silenceSeconds: number;
}

/** Makes the feed. It is begun at once when it is pushed, and at the first check when it is pulled. */
export function createRevocationFeed({ issuer, kind, silenceSeconds }: FeedOptions): RevocationFeed {
  const listeners: ((sid: string) => void)[] = [];
  let told: FeedStatus | undefined;

  const status = (): FeedStatus => {
    const now = ledger.isFresh() ? 'following' : 'lost';
    // What is about to be asked for is not lost.
    if (now === told || (now === 'lost' && source.isDue())) return now;
    told = now;
    if (now === 'lost') tell(issuer, 'warn', { event: 'feed-lost', ...reasonOf(ledger.lastMissed()) });
    else tell(issuer, 'info', { event: 'feed-followed', revoked: ledger.size() });
    return now;
  };
  const ledger = createLedger({
    clock: issuer.clock,
    silenceSeconds,
    onEnded: (sid) => {
      for (const listener of listeners) listener(sid);
    },
    // Whoever was silent for too long was lost, even when nobody looked meanwhile.
    onHeard: () => void status(),
  });
  const pull = createPull(issuer, ledger);
  const source = kind === 'pull' ? pull : createPush({ issuer, ledger, pull, silenceSeconds });
  return {
    status,
    ready: source.ready,
    ended: ledger.ended,
    onEnded: (listener) => void listeners.push(listener),
    state: () => {
      const silence = ledger.silence();
      return {
        status: source.isDue() ? (told ?? 'lost') : status(),
        revoked: ledger.size(),
        heardSecondsAgo: silence === undefined ? undefined : silence / 1000,
      };
    },
    close: source.close,
  };
}
