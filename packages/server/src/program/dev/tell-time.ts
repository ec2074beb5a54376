import type { Clock } from '../../base/clock.ts';
import type { TimeTraveller } from '../../domain/dev/time-traveller.ts';
import type { Handler } from '../../http/app.ts';

/** The header by which whatever is connected learns how many milliseconds the clock is ahead. */
const aheadHeader = 'doorward-time-ahead';

/**
 * Tells with every answer what time it is here: `Date` (RFC 9110 §6.6.1), and how far that is ahead of real time, also to pages
 * of other origins that may read the answer.
 */
export const tellingTime =
  (handler: Handler, clock: Clock, traveller: Pick<TimeTraveller, 'ahead'>): Handler =>
  async (request, connection) => {
    const response = await handler(request, connection);
    const { headers } = response;
    headers.set('date', new Date(clock.now()).toUTCString());
    headers.set(aheadHeader, String(traveller.ahead()));
    if (headers.has('access-control-allow-origin'))
      headers.append('access-control-expose-headers', aheadHeader);
    return response;
  };
