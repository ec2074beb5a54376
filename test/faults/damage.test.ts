import { copyFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { goodPassword } from '../kit/visitor.ts';
import { type Caller, callerOf } from './caller.ts';
import { expectQuiet } from './crash.ts';
import { rounds } from './extent.ts';
import { makeSqlite, type Place } from './ways.ts';
import { begin, signUpAs, statusOf } from './work.ts';

/** Hashes lightly; who is refused is the program as people start it. */
const program = fileURLToPath(new URL('server.ts', import.meta.url));
const people = 12;
const pageSize = 4096;
const email = (at: number): string => `person-${at}@example.com`;

describe('FLT-26: a damaged database', () => {
  let place: Place;
  /** A data folder in use when its server died: what came last stands in the log beside the database. */
  let folder: string;
  const path = (name: string): string => join(folder, name);
  beforeEach(async () => {
    place = await makeSqlite();
    folder = await fillAndDie(place);
  });
  afterEach(() => place.remove());

  async function fillAndDie(where: Place, count = people): Promise<string> {
    const first = await where.start({ program });
    const caller = callerOf(first.port);
    for (let at = 0; at < count; at += 1) await signUpAs(caller, email(at), goodPassword);
    caller.close();
    first.kill();
    await expectQuiet(first);
    const second = await where.start({ program });
    const late = callerOf(second.port);
    for (let at = 0; at < 3; at += 1) await begin(late, { identifier: email(at), password: goodPassword });
    late.close();
    second.kill('SIGKILL');
    await second.exited;
    expect(statSync(join(second.dataFolder, 'doorward.db-wal')).size).toBeGreaterThan(0);
    return second.dataFolder;
  }

  /** What a server says that does not start; fails when it does. */
  async function refusal(where = place): Promise<string> {
    try {
      const server = await where.start();
      server.kill();
      await server.exited;
    } catch (thrown) {
      return String(thrown);
    }
    return 'it started';
  }

  /** Puts what is in the log into the database, as a stop does. */
  async function settle(): Promise<void> {
    const server = await place.start({ program });
    server.kill();
    await expectQuiet(server);
  }

  function damage(name: string, change: (bytes: Buffer) => void): void {
    const bytes = readFileSync(path(name));
    change(bytes);
    writeFileSync(path(name), bytes);
  }

  /** Everybody is there and can sign in. */
  async function expectWhole(): Promise<void> {
    const server = await place.start({ program });
    const caller = callerOf(server.port);
    for (let at = 0; at < people; at += 1)
      await begin(caller, { identifier: email(at), password: goodPassword });
    caller.close();
    server.kill();
    await expectQuiet(server);
    expect(await place.soundness()).toBe('ok');
  }

  test.each<readonly [string, (bytes: Buffer) => void]>([
    ['its first bytes are others', (bytes) => bytes.fill(0x55, 0, 16)],
    ['its header says another page size', (bytes) => bytes.writeUInt16BE(512, 16)],
    ['the root of its schema is gone', (bytes) => bytes.fill(0, 100, pageSize)],
  ])('%s: refused at the start, and left as it is', async (_, change) => {
    await settle();
    damage('doorward.db', change);
    const before = readFileSync(path('doorward.db'));
    expect(await refusal()).toMatch(/database is damaged.*doorward restore/);
    expect(readFileSync(path('doorward.db')).equals(before)).toBe(true);
  });

  test('whichever of its pages is overwritten: refused at the start, or nothing of it was in use', async () => {
    await settle();
    const whole = readFileSync(path('doorward.db'));
    const pages = whole.length / pageSize;
    const tries = Math.min(pages - 1, rounds(4));
    let refused = 0;
    for (let page = 1; page < pages; page += Math.ceil(pages / tries)) {
      const bytes = Buffer.from(whole);
      bytes.fill(0x55, page * pageSize, (page + 1) * pageSize);
      writeFileSync(path('doorward.db'), bytes);
      const said = await refusal();
      if (said === 'it started') await expectWhole();
      else expect(said).toMatch(/database is damaged.*doorward restore/);
      if (said !== 'it started') refused += 1;
      writeFileSync(path('doorward.db'), whole);
      for (const end of ['-wal', '-shm']) rmSync(path(`doorward.db${end}`), { force: true });
    }
    expect(refused).toBeGreaterThan(tries / 2);
    await expectWhole();
  });

  test.each([
    ['half of it', (size: number) => Math.floor(size / 2 / pageSize) * pageSize],
    ['a page and a half', () => pageSize * 1.5],
    ['nothing', () => 0],
  ])('%s is left: refused at the start, and no new one is begun in its place', async (_, left) => {
    await settle();
    const size = left(statSync(path('doorward.db')).size);
    truncateSync(path('doorward.db'), size);
    expect(await refusal()).toMatch(/database is (?:damaged|empty).*doorward restore/s);
    expect(statSync(path('doorward.db')).size).toBe(size);
  });

  test('the log is of another database, whose pages are sound: refused at the start by the chain of events', async () => {
    const [mine, other] = [await makeSqlite(), await makeSqlite()];
    // More events than stand on the pages that a few sign-ins write.
    const [own, strange] = [await fillAndDie(mine, 60), await fillAndDie(other, 60)];
    copyFileSync(join(strange, 'doorward.db-wal'), join(own, 'doorward.db-wal'));
    rmSync(join(own, 'doorward.db-shm'));
    expect(await refusal(mine)).toMatch(/database is damaged.*at event .*doorward restore/);
    await other.remove();
    await mine.remove();
  });

  test('a byte of the log is another one: what came before it stands, as after a power cut', async () => {
    damage('doorward.db-wal', (bytes) => {
      const at = Math.floor(bytes.length / 2);
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    });
    await expectWhole();
  });

  test('the index beside the log is gone: nothing is lost', async () => {
    rmSync(path('doorward.db-shm'), { force: true });
    await expectWhole();
  });

  test('it is large: the server begins, and when the damage is found beside it nothing more is written, and health is red', async () => {
    await settle();
    const database = new DatabaseSync(path('doorward.db'), { readOnly: true });
    const [page] = Object.values(
      database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'identities_of_subject'").get() ?? {},
    );
    database.close();
    damage('doorward.db', (bytes) =>
      bytes.fill(0x55, (Number(page) - 1) * pageSize, Number(page) * pageSize),
    );
    const server = await place.start({ program, environment: { FAULT_TROUBLE: 'large' } });
    const caller = callerOf(server.port);
    const isReady = async (): Promise<boolean> => (await caller.ask('GET', '/health/ready')).status === 200;
    while (await isReady());
    const body = { email: 'new@example.com', password: goodPassword };
    const refused = await caller.ask('POST', '/api/v1/accounts', { body });
    expect([refused.status, refused.json['code']]).toEqual([503, 'store_unavailable']);
    caller.close();
    server.kill('SIGKILL');
    await server.exited;
    expect(await refusal()).toMatch(/database is damaged.*doorward restore/);
  });

  test('it breaks while a server has it open: what needs it is answered 503, and health is red', async () => {
    const server = await place.start({ program });
    const caller: Caller = callerOf(server.port);
    const { access } = await begin(caller, { identifier: email(0), password: goodPassword });
    caller.close();
    server.kill();
    await expectQuiet(server);
    const again = await place.start({ program, environment: { FAULT_TROUBLE: 'store' } });
    damage('doorward.db', (bytes) => bytes.fill(0x55, pageSize));
    const late = callerOf(again.port);
    expect(await statusOf(late, access)).toBe(503);
    const body = { email: 'new@example.com', password: goodPassword };
    const refused = await late.ask('POST', '/api/v1/accounts', { body });
    expect([refused.status, refused.json['code']]).toEqual([503, 'store_unavailable']);
    expect((await late.ask('GET', '/health/live')).status).toBe(200);
    expect((await late.ask('GET', '/health/ready')).status).toBe(503);
    late.close();
    again.kill('SIGKILL');
    await again.exited;
  });
});
