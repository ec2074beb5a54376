import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkPagesBeside } from '../../../src/program/serving/page-check.ts';
import { people } from '../../../src/store/conformance/samples.ts';
import { type PageCheck, pagesVerdict } from '../../../src/store/sqlite/damage.ts';
import { openSqlite, type SqliteOptions } from '../../../src/store/sqlite/sqlite.ts';

const now = 1_767_225_600_000;
const pageSize = 4096;
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorward-page-check-'));
  path = join(folder, 'doorward.db');
  const store = await openSqlite({ path, now });
  await people(store, 300, now);
  await store.close();
});
afterEach(() => rm(folder, { recursive: true }));

/** Overwrites the page where a table or an index begins. */
function overwrite(name: string): void {
  const database = new DatabaseSync(path, { readOnly: true });
  const [page] = Object.values(
    database.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(name) ?? {},
  );
  database.close();
  const bytes = readFileSync(path);
  bytes.fill(0x55, (Number(page) - 1) * pageSize, Number(page) * pageSize);
  writeFileSync(path, bytes);
}

/** A check that is told its verdict by the test, for files above so many bytes. */
function heldCheck(above: number) {
  const seen: { tell?: (verdict: string) => void; ended: boolean } = { ended: false };
  const pageCheck: PageCheck = {
    above,
    begin: (_path, tell) => {
      seen.tell = tell;
      return () => {
        seen.ended = true;
      };
    },
  };
  return { seen, pageCheck };
}

const open = (more: Partial<SqliteOptions>) => openSqlite({ path, now, integrityCheck: true, ...more });

describe('FLT-26: a large file', () => {
  test('opens before it is read through, and the check ends with the store', async () => {
    overwrite('identities_of_subject');
    const { seen, pageCheck } = heldCheck(0);
    const store = await open({ pageCheck });
    await store.check();
    await store.close();
    expect(seen.ended).toBe(true);
  });

  test('in which damage is found then is not written on, and the operator is told', async () => {
    const { seen, pageCheck } = heldCheck(0);
    const reported: string[] = [];
    const store = await open({ pageCheck, report: (thrown) => reported.push(String(thrown)) });
    seen.tell?.('ok');
    await store.check();
    expect(reported).toEqual([]);
    seen.tell?.('Tree 9 page 9: btreeInitPage() returns error code 11');
    await expect(store.check()).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(reported).toEqual([expect.stringMatching(/database is damaged \(Tree 9.*doorward restore/)]);
    expect((await store.rowCounts())['sessions']).toBe(300);
    await store.close();
  });

  test.each([
    ['of which a part is missing', () => truncateSync(path, 20 * pageSize)],
    ['in which a table does not begin any more', () => overwrite('sessions')],
    ['whose events do not hang together', () => overwrite('events')],
  ])('%s is refused at the start', async (_what, damage) => {
    damage();
    const { seen, pageCheck } = heldCheck(0);
    await expect(open({ pageCheck })).rejects.toThrow(/database is damaged.*doorward restore/);
    expect(seen.tell).toBeUndefined();
  });

  test('is read through before where nobody reads it beside', async () => {
    overwrite('identities_of_subject');
    await expect(open({})).rejects.toThrow(/database is damaged/);
  });
});

test('FLT-26: a small file is read through before it opens', async () => {
  overwrite('identities_of_subject');
  const { seen, pageCheck } = heldCheck(100_000_000);
  await expect(open({ pageCheck })).rejects.toThrow(/database is damaged/);
  expect(seen.tell).toBeUndefined();
});

describe('the process that reads', () => {
  const verdict = (): Promise<string> =>
    new Promise((resolve) => {
      checkPagesBeside().begin(path, resolve);
    });

  test('says that a file is sound', async () => {
    expect(await verdict()).toBe('ok');
  });

  test('says what is wrong', async () => {
    overwrite('identities_of_subject');
    const said = await verdict();
    expect(said).toMatch(/btree|malformed|page/i);
    expect(pagesVerdict(path)).toBe(said);
  });
});
