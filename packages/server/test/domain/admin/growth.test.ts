import { describe, expect, test } from 'vitest';
import { manualClock } from '../../../src/base/clock.ts';
import { daysUntilFull, growthOf } from '../../../src/domain/admin/growth.ts';
import type { TableSize } from '../../../src/domain/admin/table-size.ts';
import { domainSettings, loadConfiguration } from '../../../src/program/configuration/configuration.ts';

const day = 86_400_000;
const now = Date.UTC(2031, 4, 6);
const { values } = loadConfiguration({ flags: { eventRetention: 10 * 86_400 } });
const ports = { clock: manualClock(now), settings: domainSettings(values, 3000) };

const size = (changes: Partial<TableSize>): TableSize => ({
  table: 'events',
  rows: 300,
  bytes: 30_000,
  born: 100,
  oldest: now - 3 * day,
  ...changes,
});

const grown = (changes: Partial<TableSize> = {}) => growthOf([size(changes)], ports);

describe('growth', () => {
  test('is what came in the last day, until the oldest rows reach their time', () => {
    expect(grown()).toMatchObject([{ rowsPerDay: 100, bytesPerDay: 10_000, growsForDays: 7 }]);
  });

  test('is over when the oldest rows have reached it, or when nothing comes', () => {
    expect(grown({ oldest: now - 10 * day })[0]?.growsForDays).toBe(0);
    expect(grown({ born: 0 })[0]?.growsForDays).toBe(0);
  });

  test('has no end where nothing but people removes rows', () => {
    expect(grown({ table: 'accounts' })[0]?.growsForDays).toBe(Number.POSITIVE_INFINITY);
  });

  test('is none where rows do not know their birth, or where there are none', () => {
    expect(grown({ born: undefined, oldest: undefined })).toMatchObject([{ rowsPerDay: 0, bytesPerDay: 0 }]);
    expect(grown({ rows: 0, born: 0, oldest: undefined })).toMatchObject([{ bytesPerDay: 0 }]);
  });
});

describe('the disk', () => {
  test.each<[string, { free: number; changes: Partial<TableSize>; days: number | undefined }]>([
    ['is full in as many days as the rate says', { free: 95_000, changes: { table: 'accounts' }, days: 10 }],
    ['is full on the first day when there is no room', { free: 0, changes: { table: 'accounts' }, days: 1 }],
    ['is never full when growth ends before', { free: 70_001, changes: {}, days: undefined }],
    ['is full when growth ends too late', { free: 70_000, changes: {}, days: 7 }],
    ['is not full within ten years where nothing comes', { free: 1, changes: { born: 0 }, days: undefined }],
  ])('%s', (_, { free, changes, days }) => {
    expect(daysUntilFull(free, grown(changes))).toBe(days);
  });
});
