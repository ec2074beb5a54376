/** A guard's ear: reads the revocation feed as server-sent events, one event at a time. */
import type { Serving } from '../../kit/serving.ts';

/** One event as a reader sees it. */
export interface ReadEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: Record<string, unknown>;
}

/** A stream that is being read. */
export interface EventReader {
  readonly response: Response;
  /** The next event; signs of life are passed over. Throws at the end of the stream. */
  next(): Promise<ReadEvent>;
  /** The next piece of text as it arrives. */
  nextText(): Promise<string>;
  stop(): Promise<void>;
}

/** Begins to follow the feed. */
export async function followFeed(
  serving: Serving,
  { query = '', lastEventId }: { query?: string; lastEventId?: string | undefined } = {},
): Promise<EventReader> {
  const headers = new Headers({ accept: 'text/event-stream' });
  if (lastEventId !== undefined) headers.set('last-event-id', lastEventId);
  const url = new URL(`/api/v1/revocations${query}`, serving.origin);
  const response = await serving.send(new Request(url, { headers }));
  if (!response.body) throw new Error('the feed has no body');
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = '';
  const nextText = async (): Promise<string> => {
    const { value, done } = await reader.read();
    if (done) throw new Error('the feed has ended');
    return value;
  };
  const next = async (): Promise<ReadEvent> => {
    for (;;) {
      const end = waiting.indexOf('\n\n');
      if (end === -1) {
        waiting += await nextText();
        continue;
      }
      const block = waiting.slice(0, end);
      waiting = waiting.slice(end + 2);
      if (!block.startsWith(':')) return parse(block);
    }
  };
  return { response, next, nextText, stop: () => reader.cancel() };
}

function parse(block: string): ReadEvent {
  const field = (name: string): string | undefined =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  return {
    id: field('id'),
    event: field('event'),
    data: JSON.parse(field('data') ?? '{}') as Record<string, unknown>,
  };
}
