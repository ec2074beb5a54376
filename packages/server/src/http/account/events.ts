import * as v from 'valibot';
import type { EventRecord } from '../../domain/event.ts';
import type { ShownEvent } from '../../pages/account/events.ts';
import { centrePaths } from '../../pages/words/account-centre.ts';
import { wholeNumber } from '../input.ts';
import { centreRouteWith } from './centre.ts';

/** Events on a page. */
const stretch = 30;

/** `GET /account/events`: what happened to the account, the latest first. */
export const eventsPageRoute = centreRouteWith(
  {
    path: centrePaths.events,
    summary: 'What happened to your account, in plain words.',
    query: v.strictObject({ before: v.optional(wholeNumber(1, Number.MAX_SAFE_INTEGER)) }),
  },
  async ({ ports, session: { accountId }, query: { before } }, centre) => {
    const found = await ports.store.read.events.listBack({
      before: before ?? Number.MAX_SAFE_INTEGER,
      // One more tells whether there is another page.
      limit: stretch + 1,
      accountId,
    });
    const events = found.slice(0, stretch);
    const { eventsPage } = await import('../../pages/account/events.ts');
    return eventsPage(centre, {
      events: events.map((event) => shown(event, accountId)),
      before: found.length > stretch ? events.at(-1)?.seq : undefined,
      isNewest: before === undefined,
    });
  },
);

function shown({ at, type, network, actor, data }: EventRecord, accountId: string): ShownEvent {
  return { at, type, network, by: byWhom(actor, accountId), reason: reasonIn(data) };
}

function byWhom(actor: string, accountId: string): ShownEvent['by'] {
  if (actor === accountId) return 'owner';
  return actor === 'operator' || actor === 'system' || actor === 'stranger' ? actor : 'other';
}

function reasonIn(data: string): string | undefined {
  const { reason } = JSON.parse(data) as { readonly reason?: unknown };
  return typeof reason === 'string' ? reason : undefined;
}
