import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkPagesBeside } from '../../../src/program/serving/page-check.ts';
import { people } from '../../../src/store/conformance/samples.ts';
import { type PageCheck, type PageOutcome, pagesOutcome } from '../../../src/store/sqlite/damage.ts';
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
  const seen: { tell?: (outcome: PageOutcome) => void; ended: boolean } = { ended: false };
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
    seen.tell?.({ verdict: 'ok' });
    await store.check();
    expect(reported).toEqual([]);
    seen.tell?.({ verdict: 'Tree 9 page 9: btreeInitPage() returns error code 11' });
    await expect(store.check()).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(reported).toEqual([expect.stringMatching(/database is damaged \(Tree 9.*doorward restore/)]);
    expect((await store.rowCounts())['sessions']).toBe(300);
    await store.close();
  });

  test('that was not read to its end is served on, and the operator hears why and what to do', async () => {
    const { seen, pageCheck } = heldCheck(0);
    const reported: string[] = [];
    const store = await open({ pageCheck, report: (thrown) => reported.push(String(thrown)) });
    seen.tell?.({ unfinished: 'ended by SIGKILL' });
    await store.check();
    expect(reported).toEqual([
      expect.stringMatching(/^(?!.*damage).*\(ended by SIGKILL\).*not known.*"doorward doctor"/),
    ]);
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
  const heard = (of = path): Promise<PageOutcome> =>
    new Promise((resolve) => {
      checkPagesBeside().begin(of, resolve);
    });
  /** Has the process do this first. */
  const beginWith = (line: string): void => {
    const first = join(folder, 'first.mjs');
    writeFileSync(first, line);
    vi.stubEnv('NODE_OPTIONS', `--import=${pathToFileURL(first).href}`);
  };
  afterEach(() => void vi.unstubAllEnvs());

  test('says that a file is sound', async () => {
    expect(await heard()).toEqual({ verdict: 'ok' });
  });

  test('says what is wrong', async () => {
    overwrite('identities_of_subject');
    const said = await heard();
    expect(said).toEqual({ verdict: expect.stringMatching(/btree|malformed|page/i) });
    expect(pagesOutcome(path)).toEqual(said);
  });

  test.each([
    ['that is killed', 'process.kill(process.pid, "SIGKILL");', 'ended by SIGKILL'],
    ['that ends by itself', 'process.exit(3);', 'ended with code 3'],
  ])('%s before it knows says nothing of the file', async (_what, line, why) => {
    beginWith(line);
    expect(await heard()).toEqual({ unfinished: why });
  });

  test('goes on when a terminal or a service manager tells all processes to stop: its server ends it', async () => {
    beginWith(`process.on('newListener', (name) => {
      if (name === 'disconnect') for (const signal of ['SIGINT', 'SIGTERM']) process.kill(process.pid, signal);
    });`);
    expect(await heard()).toEqual({ verdict: 'ok' });
  });

  test('that cannot read the file says why', async () => {
    expect(await heard(join(folder, 'missing.db'))).toEqual({
      unfinished: expect.stringMatching(/unable to open/),
    });
  });

  test('that cannot be begun says why', async () => {
    const { execPath } = process;
    process.execPath = join(folder, 'nothing');
    try {
      expect(await heard()).toEqual({ unfinished: expect.stringMatching(/ENOENT/) });
    } finally {
      process.execPath = execPath;
    }
  });

  test('is silent when it is ended', async () => {
    const said: PageOutcome[] = [];
    const end = checkPagesBeside().begin(path, (outcome) => said.push(outcome));
    end();
    await heard();
    expect(said).toEqual([]);
  });
});
