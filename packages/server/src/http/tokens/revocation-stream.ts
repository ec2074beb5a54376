/**
 * The pushed form of the revocation feed: server-sent events (WHATWG HTML §9.2) to one follower, with signs of life, until
 * either side has enough.
 */
import type { Clock } from '../../base/clock.ts';
import { isoTime } from '../../base/iso-time.ts';
import type { Revocation } from '../../domain/tokens/revocation.ts';
import type { RevocationFeed } from '../../domain/tokens/revocation-feed.ts';
import { eventText } from '../../protocol/event-stream.ts';

/** Milliseconds between two signs of life, so that a guard notices a dead line. */
const heartbeat = 1000;
/** Bytes that may wait for a slow guard before it is let go; it comes back and resumes. */
const mostWaiting = 1 << 20;

/** Where a follower begins. */
export interface StreamStart {
  readonly feed: RevocationFeed;
  readonly clock: Clock;
  /** The number after which entries are told. */
  readonly from: number;
  /** The follower must forget what it holds. */
  readonly gap: boolean;
  /** The number of the youngest entry. */
  readonly last: number;
}

/** An entry of the feed as JSON. Times are ISO 8601. */
export interface EntryView {
  readonly seq: number;
  readonly sid: string;
  readonly at: string;
  /** After this no JWT of the session can be alive. */
  readonly until: string;
}

/** Shows an entry. */
export const entryView = ({ seq, sessionId, at, expiresAt }: Revocation): EntryView => ({
  seq,
  sid: sessionId,
  at: isoTime(at),
  until: isoTime(expiresAt),
});

/** Follows the feed until the reader leaves, the store fails, or too much waits for a slow reader, who then resumes. */
export function revocationStream(start: StreamStart): ReadableStream<Uint8Array> {
  let stop = (): void => undefined;
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        stop = tell(start, {
          say: (text) => controller.enqueue(utf8.encode(text)),
          room: () => controller.desiredSize ?? 0,
          end: () => controller.close(),
        });
      },
      cancel: () => stop(),
    },
    { highWaterMark: mostWaiting, size: (chunk) => chunk?.byteLength ?? 0 },
  );
}

/** The line to one follower. */
interface Line {
  say(text: string): void;
  /** Bytes that may still wait. */
  room(): number;
  end(): void;
}

function tell({ feed, clock, from, gap, last }: StreamStart, line: Line): () => void {
  let open = true;
  const end = (): void => {
    if (!open) return;
    stop();
    line.end();
  };
  const say = (text: string): void => {
    if (line.room() <= 0) end();
    else line.say(text);
  };
  const beat = (): void => {
    cancelBeat = clock.after(heartbeat, beat);
    say(': alive\n\n');
  };
  let cancelBeat = clock.after(heartbeat, beat);
  const stop = (): void => {
    open = false;
    cancelBeat();
    unfollow();
  };
  say(eventText({ event: gap ? 'reset' : 'hello', data: JSON.stringify({ last }), retry: 1000 }));
  const unfollow = feed.follow(from, {
    onEntries: (entries) => say(entries.map(entryText).join('')),
    onFailure: end,
  });
  return stop;
}

const entryText = (entry: Revocation): string =>
  eventText({ id: entry.seq, event: 'revocation', data: JSON.stringify(entryView(entry)) });

const utf8 = new TextEncoder();
