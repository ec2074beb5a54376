import * as v from 'valibot';
import { fail } from '../../domain/failures.ts';
import { matchesTag, strongTag } from '../../protocol/etag.ts';
import { parseLastEventId } from '../../protocol/event-stream.ts';
import { wholeNumber } from '../input.ts';
import { type Call, openRoute, type Reply } from '../route.ts';
import { entryView, revocationStream } from './revocation-stream.ts';

/** Guards that may follow one process at once. */
const mostFollowers = 1000;
const entrySchema = v.object({ seq: v.number(), sid: v.string(), at: v.string(), until: v.string() });

/**
 * `GET /api/v1/revocations`: the ids of ended sessions whose JWTs could still be alive. As an event stream when that is
 * asked for, resumed by `Last-Event-ID`; else as JSON with an ETag. Ids of ended sessions open nothing, so guards need
 * no credential.
 */
export const revocationsRoute = openRoute(
  {
    method: 'GET',
    path: '/api/v1/revocations',
    subject: 'tokens',
    summary: 'The revocation feed, pushed (text/event-stream) or pulled (JSON with ETag).',
    forgery: 'none',
    limits: ['none'],
    query: v.strictObject({ after: v.optional(wholeNumber(0, Number.MAX_SAFE_INTEGER), '0') }),
    answers: {
      200: {
        description: 'Entries after `after`. With `gap`, forget what you hold and start anew.',
        schema: v.object({ entries: v.array(entrySchema), last: v.number(), gap: v.boolean() }),
      },
      304: { description: 'Nothing new since that ETag.' },
    },
    failures: ['store_unavailable'],
  },
  (call) => (wantsStream(call.request) ? stream(call, call.query.after) : pull(call, call.query.after)),
);

const wantsStream = (request: Request): boolean =>
  (request.headers.get('accept') ?? '').includes('text/event-stream');

async function pull({ parts, request }: Call, after: number): Promise<Reply> {
  const { entries, last, gap } = await parts.feed.read(after);
  const tag = strongTag(`${after} ${last} ${entries.length}`);
  const headers = { etag: tag, 'cache-control': 'no-cache' };
  if (matchesTag(request.headers.get('if-none-match'), tag)) return { status: 304, headers };
  return { status: 200, json: { entries: entries.map(entryView), last, gap }, headers };
}

async function stream({ parts, ports, request }: Call, asked: number): Promise<Reply> {
  const { feed } = parts;
  if (feed.state().followers >= mostFollowers)
    throw fail('store_unavailable', { retryAfter: 5, detail: { feed: 'full' } });
  const from = parseLastEventId(request.headers.get('last-event-id')) ?? asked;
  const { gap, last } = await feed.read(from);
  // A reader that was away too long, or follows another database, starts anew.
  const content = revocationStream({ feed, clock: ports.clock, from: gap ? 0 : from, gap, last });
  return {
    status: 200,
    content,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' },
  };
}
