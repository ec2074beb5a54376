/** The tools for developers, where these settings allow any: their rows, the time that answers tell, and their end. */
import type { Ports } from '../../domain/ports.ts';
import type { RevocationFeed } from '../../domain/tokens/revocation-feed.ts';
import type { Handler } from '../../http/app.ts';
import type { Route } from '../../http/route.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { canTravel, keepTime } from './time-travel.ts';

/** What a server has of them. */
export interface DevTools {
  readonly routes: readonly Route[];
  /** A handler whose answers tell what time it is here. */
  telling(handler: Handler): Handler;
  stop(): void;
}

const none: DevTools = { routes: [], telling: (handler) => handler, stop: () => undefined };

/** The tools of a server; none unless its clock can travel, which is so on a developer's machine alone. */
export async function devTools(
  { dataFolder }: Configuration,
  { ports, feed }: { readonly ports: Ports; readonly feed: RevocationFeed },
): Promise<DevTools> {
  const { clock } = ports;
  if (!canTravel(clock)) return none;
  const traveller = keepTime({ dataFolder, clock, onMoved: feed.letGo });
  const [{ devRoutes }, { tellingTime }] = await Promise.all([
    import('../../http/dev/routes.ts'),
    import('./tell-time.ts'),
  ]);
  return {
    routes: devRoutes(traveller),
    telling: (handler) => tellingTime(handler, clock, traveller),
    stop: traveller.stop,
  };
}
