/** Time travel: the clock of a developer's server, and of whatever is connected to it, set ahead. */
import * as v from 'valibot';
import type { TimeTraveller } from '../../domain/dev/time-traveller.ts';
import { frameOf } from '../language.ts';
import { pageReply } from '../page.ts';
import type { Call, Route } from '../route.ts';
import { devRoute } from './dev-route.ts';

const path = '/dev/clock';

/** Seconds of a unit. */
const units = { minutes: 60, hours: 3600, days: 86_400 } as const;

const backToPage = { status: 303, headers: { location: path } } as const;

const amount = v.pipe(
  v.string('This must be a number.'),
  v.regex(/^[1-9]\d{0,5}$/, 'This must be a whole number from 1 to 999999.'),
  v.transform(Number),
);

/** The rows of the clock; `traveller` is the one that this process goes by. */
export const clockRoutes = (traveller: TimeTraveller): readonly Route[] => [
  devRoute(
    {
      method: 'GET',
      path,
      summary: 'What time it is for this server, and what that does to sessions and keys.',
      page: true,
      answers: { 200: { description: 'The time.', mediaType: 'text/html' } },
    },
    (call) => showClock(call, traveller),
  ),
  devRoute(
    {
      method: 'POST',
      path,
      summary: 'Set the clock further ahead.',
      page: true,
      form: true,
      body: v.strictObject({
        amount,
        unit: v.picklist(['minutes', 'hours', 'days'], 'This must be minutes, hours or days.'),
      }),
      answers: { 303: { description: 'Back to the page.' } },
    },
    ({ body }) => {
      traveller.advance(body.amount * units[body.unit]);
      return backToPage;
    },
  ),
  devRoute(
    {
      method: 'POST',
      path: `${path}/back`,
      summary: 'Set the clock back to real time.',
      page: true,
      form: true,
      body: v.strictObject({}),
      answers: { 303: { description: 'Back to the page.' } },
    },
    () => {
      traveller.comeBack();
      return backToPage;
    },
  ),
];

async function showClock(call: Call, traveller: TimeTraveller) {
  const { clock, store } = call.ports;
  const now = clock.now();
  const keys = await store.read.signingKeys.list();
  const { clockPage } = await import('../../pages/dev/clock.ts');
  return pageReply(
    clockPage({
      frame: frameOf(call),
      now,
      ahead: traveller.ahead(),
      sessions: await store.read.sessions.countOpen(now),
      keys: keys.map(({ kid, state, activeAt }) => ({ kid, state, since: activeAt })),
    }),
  );
}
