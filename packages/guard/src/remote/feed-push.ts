/**
 * The feed as server-sent events: catch up by pulling, then listen. A line that falls silent is cut and made anew, with
 * growing pauses that are spread by chance; where events do not come through, pulling takes their place for a while.
 */
import { randomInt } from 'node:crypto';
import type { Cancel } from '../clock.ts';
import { createEventReader } from './event-stream.ts';
import type { Pull } from './feed-pull.ts';
import { type Issuer, isOfType, openStream, piecesOf, reasonOf, tell, Unanswered } from './issuer.ts';
import type { FeedSource, Ledger } from './ledger.ts';
import { readEntry, readGreeting } from './revocation-page.ts';
import { unheld } from './unheld.ts';

const path = '/api/v1/revocations';
/** Milliseconds until the next try: what the server asks for within these bounds, doubled up to the longest. */
const pause = { least: 100, usual: 1000, most: 10_000 } as const;
/** Lines in a row that brought nothing although the server could be asked: then pulling takes over. */
const mostDeaf = 3;
/** Milliseconds for which pulling takes over. */
const pullingTime = 60_000;
/** Milliseconds of silence at which a line is cut at the earliest; the server gives a sign of life every second. */
const leastPatience = 3000;

/** What listening needs. */
export interface PushOptions {
  readonly issuer: Issuer;
  readonly ledger: Ledger;
  readonly pull: Pull;
  readonly silenceSeconds: number;
}

/** Begins to follow. */
export function createPush(options: PushOptions): FeedSource {
  const { issuer, pull } = options;
  const controller = new AbortController();
  const { promise: first, resolve } = Promise.withResolvers<void>();
  let begun = false;
  const settle = (): void => {
    begun = true;
    cancel();
    resolve();
  };
  const cancel = issuer.clock.after(issuer.timeoutSeconds * 1000, settle);
  void follow(options, controller.signal, settle);
  return {
    isDue: () => !begun,
    ready: () => (begun ? undefined : first),
    close: () => {
      controller.abort();
      pull.close();
      settle();
    },
  };
}

/** Follows until `signal` ends it. `settle` is called as soon as the first try has come to something. */
async function follow(options: PushOptions, signal: AbortSignal, settle: () => void): Promise<void> {
  const { issuer, ledger, pull } = options;
  const pace: { retry: number } = { retry: pause.usual };
  /** Tries in a row that brought nothing. */
  let tries = 0;
  let deaf = 0;
  while (!signal.aborted) {
    let isHearing = false;
    let isReached = false;
    try {
      await pull.catchUp().finally(settle);
      isReached = true;
      await listen(options, signal, {
        onHeard: () => {
          isHearing = true;
        },
        onRetry: (milliseconds) => {
          pace.retry = Math.min(Math.max(milliseconds, pause.least), pause.most);
        },
      });
    } catch (thrown) {
      ledger.missed(thrown);
      if (isReached && !isHearing && deaf + 1 === mostDeaf)
        tell(issuer, 'warn', { event: 'feed-pulled', ...reasonOf(thrown) });
    }
    tries = isHearing ? 0 : tries + 1;
    deaf = isReached && !isHearing ? deaf + 1 : 0;
    if (deaf >= mostDeaf) await pullInstead(options, signal);
    else await wait(issuer, signal, jittered(Math.min(pace.retry * 2 ** Math.max(0, tries - 1), pause.most)));
  }
}

/** Pulls twice within each bound, until it is time to listen again or the server is gone. */
async function pullInstead(
  { issuer, ledger, pull, silenceSeconds }: PushOptions,
  signal: AbortSignal,
): Promise<void> {
  const until = issuer.clock.now() + pullingTime;
  while (!signal.aborted && issuer.clock.now() < until) {
    await wait(issuer, signal, silenceSeconds * 500);
    try {
      await pull.catchUp();
    } catch (thrown) {
      // Trying to listen begins with the same question, and paces itself.
      ledger.missed(thrown);
      return;
    }
  }
}

/** What one line says about itself. */
interface LineListener {
  /** The server has told everything, and is there. */
  onHeard(): void;
  onRetry(milliseconds: number): void;
}

/** Listens to one line until it ends. Rejects with Unanswered, or with RangeError for events beyond all bounds. */
async function listen(
  { issuer, ledger, silenceSeconds }: PushOptions,
  signal: AbortSignal,
  { onHeard, onRetry }: LineListener,
): Promise<void> {
  const line = new AbortController();
  const cut = (): void => line.abort(new Unanswered('timeout'));
  signal.addEventListener('abort', cut, { once: true });
  if (signal.aborted) cut();
  let cancel: Cancel = () => undefined;
  let isAnew = false;
  let target: number | undefined;
  const hear = createEventReader({
    onEvent: ({ event, data }) => {
      if (event === 'hello') target = readGreeting(data);
      else if (event === 'reset') isAnew = true;
      else if (event === 'revocation' && !isAnew) {
        const ending = readEntry(data);
        ledger.learn([ending], ending.seq);
      }
    },
    onRetry,
  });
  try {
    const response = await openLine(issuer, ledger.cursor(), line.signal);
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const patience = Math.max(leastPatience, silenceSeconds * 2000);
    const wind = (): Cancel => issuer.clock.after(patience, cut);
    cancel = wind();
    for await (const piece of piecesOf(response, line.signal)) {
      cancel();
      cancel = wind();
      hear(decoder.decode(piece, { stream: true }));
      // What is missing now cannot be had by listening: the next try begins with a question.
      if (isAnew) return;
      if (target === undefined || ledger.cursor() < target) continue;
      ledger.heard(issuer.clock.now());
      onHeard();
    }
  } finally {
    signal.removeEventListener('abort', cut);
    cancel();
    cut();
  }
}

async function openLine(issuer: Issuer, cursor: number, signal: AbortSignal): Promise<Response> {
  const resume = cursor > 0 ? { 'last-event-id': String(cursor) } : {};
  const headers = { accept: 'text/event-stream', ...resume };
  const place = { origin: issuer.origin, path };
  const response = await unheld(place, () => openStream(issuer, { path, headers, signal }));
  if (response.status !== 200) throw new Unanswered('status', { status: response.status });
  if (!isOfType(response.headers, 'text/event-stream')) throw new Unanswered('nonsense');
  return response;
}

/** Between half of it and all of it. */
const jittered = (milliseconds: number): number => milliseconds * (randomInt(500, 1001) / 1000);

/** Resolves when the time is over or `signal` says so. */
function wait({ clock }: Issuer, signal: AbortSignal, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(milliseconds, done);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
