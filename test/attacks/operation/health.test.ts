import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fail } from '../../../packages/server/src/domain/failures.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { type Answer, visit } from '../../kit/visitor.ts';

describe.each(servings)('OPS-05: health over %s', (_way, serve) => {
  let serving: Serving;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
  });
  afterEach(() => serving.close());

  const ask = (path: string): Promise<Answer> => visit(serving, { program: true }).ask('GET', path);

  test('a server that can do its work says so, and nothing more', async () => {
    const answers = [await ask('/health/live'), await ask('/health/ready')];
    expect(answers.map(({ status, json }) => [status, json])).toEqual([
      [200, { status: 'live' }],
      [200, { status: 'ready' }],
    ]);
  });

  test('one whose store is gone is alive and not ready, and tells strangers neither where nor why', async () => {
    const detail = { store: 'sqlite', file: serving.dataFolder };
    vi.spyOn(serving.assembly.ports.store, 'check').mockRejectedValue(
      fail('store_unavailable', { retryAfter: 1, detail }),
    );
    expect((await ask('/health/live')).status).toBe(200);
    const ready = await ask('/health/ready');
    expect([ready.status, ready.json['code'], ready.headers.has('retry-after')]).toEqual([
      503,
      'store_unavailable',
      true,
    ]);
    expect(Object.keys(ready.json).sort()).toEqual(['code', 'retry_after', 'status', 'title', 'type']);
    expect(ready.text).not.toMatch(/sqlite|postgres|closing|doorward-/i);
  });
});
