import type { TimeTraveller } from '../../domain/dev/time-traveller.ts';
import type { Route } from '../route.ts';
import { clockRoutes } from './clock.ts';
import { showInboxRoute, showMailRoute, waitForMailRoute } from './inbox.ts';
import { inspectTokenRoute, showTokenRoute } from './token.ts';

/** The rows of the tools for developers, for the table of a server that may have them. */
export const devRoutes = (traveller: TimeTraveller): readonly Route[] => [
  showInboxRoute,
  waitForMailRoute,
  showMailRoute,
  ...clockRoutes(traveller),
  showTokenRoute,
  inspectTokenRoute,
];
