import * as v from 'valibot';
import { line, uuid, wholeNumber } from '../input.ts';
import { permittedRoute } from '../route.ts';

const eventSchema = v.object({
  seq: v.number(),
  at: v.string(),
  type: v.string(),
  account_id: v.nullable(v.string()),
  session_id: v.nullable(v.string()),
  actor: v.string(),
  network: v.nullable(v.string()),
  data: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
  hash: v.string(),
});

/** `GET /api/v1/admin/events`: what happened, youngest first. */
export const listEventsRoute = permittedRoute(
  {
    method: 'GET',
    path: '/api/v1/admin/events',
    subject: 'administration',
    summary: 'Events, youngest first.',
    forgery: 'none',
    mayReadReplica: true,
    limits: ['none'],
    permission: 'doorward:events:read',
    query: v.strictObject({
      before: v.optional(wholeNumber(1, Number.MAX_SAFE_INTEGER)),
      limit: v.optional(wholeNumber(1, 200), '50'),
      account: v.optional(uuid),
      type: v.optional(line(64)),
    }),
    answers: {
      200: {
        description: 'A page; `next` goes into `before` for the one that follows.',
        schema: v.object({ events: v.array(eventSchema), next: v.nullable(v.number()) }),
      },
    },
    failures: [],
  },
  async ({ ports, query: { before = Number.MAX_SAFE_INTEGER, limit, account: accountId, type } }) => {
    const records = await ports.store.read.events.listBack({ before, limit, accountId, type });
    const events = records.map((event) => ({
      seq: event.seq,
      at: new Date(event.at).toISOString(),
      type: event.type,
      account_id: event.accountId || null,
      session_id: event.sessionId || null,
      actor: event.actor,
      network: event.network || null,
      data: JSON.parse(event.data) as Record<string, string | number | boolean>,
      hash: event.hash,
    }));
    return {
      status: 200,
      json: { events, next: events.length === limit ? (events.at(-1)?.seq ?? null) : null },
    };
  },
);
