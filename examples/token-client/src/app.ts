/** The token client: what it is made of, and how its parts are put together. */
import { join } from 'node:path';
import { systemClock } from '@doorward/client';
import { createRoutes, type Environment, findSecret, type System } from '@doorward/examples-kit';
import type { Clock } from 'doorward';
import { accountEndpoints } from './accounts.ts';
import { callersOf } from './callers.ts';
import { openCentral } from './central.ts';
import { clientsOf } from './clients.ts';
import { demoEndpoint } from './demo.ts';
import { documentRoutes } from './documents.ts';
import type { Parts } from './endpoints.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { operationEndpoints } from './operation.ts';
import { guardOrigins } from './origins.ts';
import { protectedEndpoints } from './protected.ts';
import { createRateLimit } from './rate-limit.ts';
import { refuse } from './refusals.ts';
import { readSettings } from './settings.ts';
import { tokenEndpoints } from './tokens.ts';
import { openVaults } from './vaults.ts';
import { watched } from './watched.ts';

/** What a token client is given. */
export interface TokenClientOptions {
  readonly environment: Environment;
  readonly dataFolder: string;
  /** Time; the machine's unless given. */
  readonly clock?: Clock;
  /** Takes the lines of the log; the screen unless given. */
  readonly print?: (line: string) => void;
  /** Vaults of callers that there are at most; 1000 unless given. */
  readonly mostVaults?: number;
}

/** A token client that answers requests. */
export interface TokenClient extends System {
  /** The address of its central server. */
  readonly central: string;
}

/** Makes a token client, and starts its central server unless the environment names one. Throws `CannotStart`. */
export async function createTokenClient(options: TokenClientOptions): Promise<TokenClient> {
  const { environment, dataFolder, clock = systemClock, print = console.log, mostVaults = 1000 } = options;
  const settings = readSettings(environment);
  const { ahead, perMinute, corsOrigins } = settings;
  const secret = await findSecret(environment, 'VAULT_KEY', dataFolder);
  const log = createLog(settings.logLevel, { clock, print });
  const metrics = createMetrics();
  const { origin: central, close } = await openCentral(settings, {
    dataFolder: join(dataFolder, 'central'),
    clock,
  });
  log('INFO', `the central server is at ${central}`);
  const { open, ...clients } = clientsOf({ central, secret, ahead, clock, log, metrics });
  const vaults = openVaults({
    folder: join(dataFolder, 'vaults'),
    most: mostVaults,
    clock,
    log,
    metrics,
    open,
  });
  const parts: Parts = { ...clients, callers: callersOf(vaults), central, clock, log, metrics };
  const endpoints = [
    ...accountEndpoints(parts),
    ...tokenEndpoints(parts),
    ...protectedEndpoints(parts),
    ...operationEndpoints(parts),
    demoEndpoint,
  ];
  const watch = { ...parts, limit: createRateLimit(perMinute, clock) };
  const rows = endpoints.map((endpoint) => [endpoint.row, watched(endpoint, watch)] as const);
  const routes = createRoutes({ ...Object.fromEntries(rows), ...documentRoutes(endpoints) }, refuse);
  return {
    central,
    fetch: guardOrigins(routes, { allowed: corsOrigins, refuse }),
    close: async () => {
      await Promise.all([vaults.close(), parts.stranger.close()]);
      await close();
    },
  };
}
