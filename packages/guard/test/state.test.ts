import { expect, test } from 'vitest';
import { metricsText } from '../src/state.ts';

const text = metricsText({
  feed: { status: 'lost', revoked: 3, heardSecondsAgo: 4.5 },
  keys: { held: 2, ageSeconds: undefined },
  cachedTokens: 7,
  verdicts: { passed: 10, credentials_invalid: 2 },
  linesLost: 0,
});

test.each([
  'doorward_guard_verdicts_total{outcome="passed"} 10',
  'doorward_guard_verdicts_total{outcome="credentials_invalid"} 2',
  'doorward_guard_feed_following 0',
  'doorward_guard_feed_lost 1',
  'doorward_guard_feed_silence_seconds 4.5',
  'doorward_guard_revoked_sessions 3',
  'doorward_guard_keys 2',
  'doorward_guard_cached_tokens 7',
])('the metrics say %s', (line) => {
  expect(text.split('\n')).toContain(line);
});

test('what is not known is left out, and every metric is described once', () => {
  expect(text).not.toContain('keys_age');
  const described = text
    .split('\n')
    .filter((line) => line.startsWith('# HELP'))
    .map((line) => line.split(' ')[2]);
  expect(new Set(described).size).toBe(described.length);
  expect(text).toMatch(
    /^(?:(?:# (?:HELP|TYPE) doorward_guard_\w+ .+|doorward_guard_\w+(?:\{outcome="\w+"\})? [\d.]+)\n)+$/,
  );
});
