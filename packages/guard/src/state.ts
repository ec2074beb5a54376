/**
 * How a guard stands: plain numbers and words, and the same as metrics.
 */
import type { GuardFailureCode } from './failure.ts';
import type { FeedState, KeyState } from './ports.ts';

/** How a guard stands. */
export interface GuardState {
  readonly feed: FeedState;
  readonly keys: KeyState;
  /** Proven JWTs that are kept. */
  readonly cachedTokens: number;
  /** Requests that passed, and those that were refused, by code. */
  readonly verdicts: Readonly<Partial<Record<GuardFailureCode | 'passed', number>>>;
  /** Lines that `log` did not take because it threw. */
  readonly linesLost: number;
}

/** One number of the state as a metric. */
interface Metric {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly samples: readonly (readonly [labels: string, value: number | undefined])[];
}

const metricsOf = ({ feed, keys, cachedTokens, verdicts, linesLost }: GuardState): readonly Metric[] => [
  {
    name: 'verdicts_total',
    type: 'counter',
    help: 'Requests by outcome.',
    samples: Object.entries(verdicts).map(([outcome, value]) => [`{outcome="${outcome}"}`, value]),
  },
  gauge(
    'feed_following',
    'Whether sign-outs are heard of within the bound.',
    feed.status === 'following' ? 1 : 0,
  ),
  gauge('feed_lost', 'Whether the feed is wanted and not heard.', feed.status === 'lost' ? 1 : 0),
  gauge('feed_silence_seconds', 'Seconds since the server was last heard.', feed.heardSecondsAgo),
  gauge('revoked_sessions', 'Ended sessions whose tokens could still live.', feed.revoked),
  gauge('keys', 'Public keys that are held.', keys.held),
  gauge('keys_age_seconds', 'Seconds since the server last gave its keys.', keys.ageSeconds),
  gauge('cached_tokens', 'Proven tokens that are kept.', cachedTokens),
  {
    name: 'log_lines_lost_total',
    type: 'counter',
    help: 'Lines that the log did not take.',
    samples: [['', linesLost]],
  },
];

const gauge = (name: string, help: string, value: number | undefined): Metric => ({
  name,
  type: 'gauge',
  help,
  samples: [['', value]],
});

/** The state in the text format of Prometheus. What is not known is left out. */
export function metricsText(state: GuardState): string {
  const lines = metricsOf(state).flatMap(({ name, type, help, samples }) => {
    const known = samples.filter(([, value]) => value !== undefined);
    if (known.length === 0) return [];
    const full = `doorward_guard_${name}`;
    return [
      `# HELP ${full} ${help}`,
      `# TYPE ${full} ${type}`,
      ...known.map(([labels, value]) => `${full}${labels} ${value}`),
    ];
  });
  return `${lines.join('\n')}\n`;
}
