/** Figures for Prometheus, in its text format: a handful of counters, kept by hand. */

/** How a refresh ended. */
export type RefreshOutcome = 'success' | 'refused' | 'unreachable';

/** Counts, and prints what was counted. */
export interface Metrics {
  /** An endpoint of ours (`POST /login`) has answered after so many milliseconds. */
  answered(endpoint: string, status: number, milliseconds: number): void;
  refreshed(outcome: RefreshOutcome): void;
  /** A token was past its end when it was needed. */
  expired(token: 'access' | 'refresh'): void;
  print(): string;
}

/** Makes counters that stand at zero. */
export function createMetrics(): Metrics {
  const counts = new Map<string, number>();
  const count = (series: string, by = 1): void => void counts.set(series, (counts.get(series) ?? 0) + by);
  for (const outcome of ['success', 'refused', 'unreachable'])
    count(`refreshes_total{outcome="${outcome}"}`, 0);
  for (const token of ['access', 'refresh']) count(`expirations_total{token="${token}"}`, 0);
  return {
    answered: (endpoint, status, milliseconds) => {
      count(`response_seconds_sum{endpoint="${endpoint}"}`, milliseconds / 1000);
      count(`response_seconds_count{endpoint="${endpoint}"}`);
      if (status === 401) count(`authentication_failures_total{endpoint="${endpoint}"}`);
      if (status >= 400) count(`errors_total{endpoint="${endpoint}",status="${status}"}`);
    },
    refreshed: (outcome) => count(`refreshes_total{outcome="${outcome}"}`),
    expired: (token) => count(`expirations_total{token="${token}"}`),
    print: () => families.map((family) => printFamily(family, counts)).join(''),
  };
}

const families = [
  ['refreshes_total', 'counter', 'Refreshes asked for at the central server.'],
  ['refresh_success_ratio', 'gauge', 'Part of the refreshes that went well; 1 before the first.'],
  ['expirations_total', 'counter', 'Tokens that were past their end when they were needed.'],
  ['authentication_failures_total', 'counter', 'Answers 401.'],
  ['response_seconds', 'summary', 'Time to answer.'],
  ['errors_total', 'counter', 'Answers 400 and above.'],
] as const;

function printFamily(
  [name, type, help]: (typeof families)[number],
  counts: ReadonlyMap<string, number>,
): string {
  const own = [...counts].filter(([series]) => series.replace(/(?:_sum|_count)?\{.*/, '') === name);
  const series = name === 'refresh_success_ratio' ? [[name, successRatio(counts)] as const] : own;
  const lines = series.map(([labelled, value]) => `token_client_${labelled} ${value}\n`);
  return `# HELP token_client_${name} ${help}\n# TYPE token_client_${name} ${type}\n${lines.join('')}`;
}

function successRatio(counts: ReadonlyMap<string, number>): number {
  const of = (outcome: RefreshOutcome): number => counts.get(`refreshes_total{outcome="${outcome}"}`) ?? 0;
  const all = of('success') + of('refused') + of('unreachable');
  return all === 0 ? 1 : of('success') / all;
}
