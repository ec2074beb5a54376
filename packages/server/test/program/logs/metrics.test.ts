import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Serving, serveHandler } from '../../../../../test/kit/serving.ts';
import { signIn, signUp, visit } from '../../../../../test/kit/visitor.ts';

let serving: Serving;
beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true });
});
afterEach(() => serving.close());

const line = /^(?<name>[a-z_]+)(?:\{(?<labels>[^}]*)\})? (?<value>[0-9.e+-]+|\+Inf|NaN)$/;

/** Prometheus text as series: `name{labels}` → value. Throws on a line that is none. */
async function series(): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const text of (await serving.assembly.parts.metrics()).split('\n')) {
    if (text === '' || text.startsWith('# HELP ') || text.startsWith('# TYPE ')) continue;
    const parts = line.exec(text)?.groups;
    if (!parts) throw new Error(`not a line of Prometheus text: ${text}`);
    found.set(`${parts['name']}{${parts['labels'] ?? ''}}`, Number(parts['value']));
  }
  return found;
}

test('sign-ins, refreshes, sessions and response times are counted', async () => {
  const visitor = visit(serving, { program: true });
  await signUp(visitor, 'ada@example.com');
  const { refresh } = await signIn(visitor, 'ada@example.com', { carrier: 'opaque' });
  await visitor.ask('POST', '/api/v1/sessions', {
    body: { identifier: 'ada@example.com', password: 'wrong wrong', carrier: 'opaque' },
  });
  await visitor.ask('POST', '/api/v1/tokens/refresh', { body: { refresh_token: refresh } });
  const found = await series();
  expect(found.get('doorward_sign_ins_total{outcome="started",worker="1"}')).toBe(1);
  expect(found.get('doorward_sign_ins_total{outcome="refused",worker="1"}')).toBe(1);
  expect(found.get('doorward_refreshes_total{outcome="rotated",worker="1"}')).toBe(1);
  expect(found.get('doorward_sessions_live{worker="1"}')).toBe(1);
  expect(found.get('doorward_hashing_running{worker="1"}')).toBe(0);
  const labels = 'method="POST",route="/api/v1/sessions",status="201",worker="1"';
  expect(found.get(`doorward_response_time_seconds_count{${labels}}`)).toBe(1);
  expect(found.get(`doorward_response_time_seconds_bucket{${labels},le="+Inf"}`)).toBe(1);
});

test('LOG-08: whatever is sent, the number of series is bounded and nothing of it becomes a label', async () => {
  const visitor = visit(serving, { program: true });
  await visitor.ask('GET', '/first-of-all');
  const before = (await series()).size;
  for (let round = 0; round < 50; round += 1) {
    const headers = { 'user-agent': `canary-${round}`, 'x-forwarded-for': `10.0.0.${round}` };
    await visitor.ask('GET', `/canary-${round}`, { headers });
    await visitor.ask(`CANARY${round}`, '/api/v1/session', { headers });
    await visitor.ask('GET', '/api/v1/session', { headers, bearer: `canary-${round}` });
    await visitor.ask('POST', '/api/v1/sessions', {
      body: { identifier: `canary-${round}@example.com`, password: 'x' },
    });
  }
  const found = await series();
  // One histogram each for: strange methods, refused tokens, refused sign-ins.
  expect(found.size).toBeLessThan(before + 4 * 14);
  expect([...found.keys()].join('\n')).not.toMatch(/canary|10\.0\.0/i);
});

test('a histogram counts what lies on a bound into that bucket, and what is past all into the last', async () => {
  const reply = { requestId: '', method: 'GET', route: '/a', status: 200, network: '', thrown: undefined };
  for (const duration of [1, 10, 60_000]) serving.assembly.tallies.reply({ ...reply, duration });
  const found = await series();
  const bucket = (le: string) =>
    found.get(
      `doorward_response_time_seconds_bucket{method="GET",route="/a",status="200",worker="1",le="${le}"}`,
    );
  expect([bucket('0.001'), bucket('0.01'), bucket('2.5'), bucket('+Inf')]).toEqual([1, 2, 2, 3]);
});
