import { chainStart, eventHash } from '../event.ts';
import type { Reads } from '../store.ts';

/** What a walk along the chain of events found. */
export interface ChainVerdict {
  readonly intact: boolean;
  /** How many events were walked. */
  readonly events: number;
  /** Where it broke and how; undefined when it is intact. */
  readonly fault: { readonly seq: number; readonly what: string } | undefined;
}

const pageSize = 1000;

/**
 * Follows the chain from the oldest kept event to the head and proves each link: a changed, missing, added or reordered
 * event breaks it.
 */
export async function verifyEvents(read: Reads): Promise<ChainVerdict> {
  const { anchorSeq, anchorHash } = await read.events.head();
  return follow(read, { seq: anchorSeq, hash: anchorSeq === 0 ? chainStart : anchorHash });
}

/** The same for so many of the youngest events alone: in how long it takes, an old chain is like a new one. */
export async function verifyYoungest(read: Reads, count: number): Promise<ChainVerdict> {
  const before = Number.MAX_SAFE_INTEGER;
  const youngest = await read.events.listBack({ before, limit: count + 1 });
  const first = youngest.length > count ? youngest.at(-1) : undefined;
  return first ? follow(read, first) : verifyEvents(read);
}

/** A place in the chain that is taken as it stands. */
interface Link {
  readonly seq: number;
  readonly hash: string;
}

async function follow(read: Reads, from: Link): Promise<ChainVerdict> {
  const head = await read.events.head();
  let { seq, hash } = from;
  const broken = (what: string): ChainVerdict => ({
    intact: false,
    events: seq - from.seq,
    fault: { seq: seq + 1, what },
  });
  while (seq < head.seq) {
    const page = await read.events.list({ after: seq, limit: pageSize });
    if (page.length === 0) return broken('the events up to the head are missing');
    for (const event of page) {
      if (seq >= head.seq) break;
      if (event.seq !== seq + 1) return broken('an event is missing');
      hash = eventHash(hash, event);
      if (hash !== event.hash) return broken('the event was changed, or does not follow on the one before');
      seq = event.seq;
    }
  }
  if (hash !== head.hash) return broken('the head of the chain names another event');
  // What was written meanwhile stands before the head that is read after it; anything behind that was put there.
  const [youngest] = await read.events.listBack({ before: Number.MAX_SAFE_INTEGER, limit: 1 });
  if (youngest && youngest.seq > (await read.events.head()).seq)
    return broken('an event stands behind the head of the chain');
  return { intact: true, events: seq - from.seq, fault: undefined };
}
