/** What grows with use, and what does not. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collect } from '../../../packages/server/src/domain/admin/collect.ts';
import { tables } from '../../../packages/server/src/store/records.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { steadyUse } from './steady-use.ts';

const hour = 3600;
const day = 24 * hour;
/** Between two turns of everything. */
const stride = 6 * hour;
/** Past the longest retention below: mails that nobody can send are looked at for a week. */
const warmUp = 9 * day;
const watched = 4 * day;

/** A row or two come and go at the edges of their time; what grows by one at each turn is out of this in half of the days watched. */
const slack = (rows: number): number => Math.ceil(rows * 1.05) + 2;

/** As short as they may be set, so that what they keep comes and goes while we watch. */
const settings = {
  sessionIdle: 4 * hour,
  sessionAbsolute: day,
  endedSessionRetention: hour,
  eventRetention: day,
  unusedClientRetention: hour,
  deletionGrace: hour,
  rememberedDevice: day,
  registration: 'token',
  networkAttempts: 10_000,
  signUpAttempts: 10_000,
} as const;

/** No use makes rows of these: an identity takes another provider, a set-up link a start, an origin a client of the operator’s. */
const still = new Set(['identities', 'set_ups', 'client_origins', 'roles']);

describe.each(servings.slice(0, 1))('steady use of every kind over %s', (_way, serve) => {
  let serving: Serving;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true, settings });
  });
  afterEach(() => serving.close());

  test('after nine days every table holds what it will hold from then on', { timeout: 180_000 }, async () => {
    const { ports } = serving.assembly;
    const use = await steadyUse(serving);
    const most = [new Map<string, number>(), new Map<string, number>()] as const;
    const turns = (warmUp + watched) / stride;
    for (let turn = 0; turn < turns; turn += 1) {
      const before = serving.clock.now();
      await use(turn);
      if (turn * stride >= warmUp) {
        const half = most[turn * stride < warmUp + watched / 2 ? 0 : 1];
        for (const [table, count] of Object.entries(await ports.store.rowCounts()))
          half.set(table, Math.max(half.get(table) ?? 0, count));
      }
      serving.clock.advance(stride * 1000 - (serving.clock.now() - before));
      await collect(ports);
    }
    const [first, second] = most;
    const grown = [...second].filter(([table, count]) => count > slack(first.get(table) ?? 0));
    expect(grown.map(([table, count]) => [table, first.get(table), count])).toEqual([]);
    expect(tables.filter((table) => (first.get(table) ?? 0) === 0 && !still.has(table))).toEqual([]);
    expect(serving.reported).toEqual([]);
  });
});
