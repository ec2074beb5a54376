/** The doctor's look into the database: schema, integrity, the chain of events, the keys, the clock against the newest event. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { verifyEvents } from '../../domain/admin/verify-events.ts';
import { createKeyRing } from '../../domain/keys/key-ring.ts';
import { createVault } from '../../domain/keys/vault.ts';
import type { Reads, Store } from '../../domain/store.ts';
import { SchemaRefused } from '../../store/migrate.ts';
import { type Configuration, domainSettings } from '../configuration/configuration.ts';
import { readMasterKey } from '../configuration/master-key.ts';
import { databasePath, openStore } from '../open-store.ts';
import { doubtful, type Finding, fine, thrownWords, wrong } from './finding.ts';

/** What was found, and the ids of the keys that the database holds. */
export interface StoreFindings {
  readonly findings: readonly Finding[];
  readonly kids: readonly string[];
}

/** Looks at the database of the data folder. */
export async function checkStore(values: Configuration, clock: Clock): Promise<StoreFindings> {
  if (!values.databaseUrl && !existsSync(databasePath(values.dataFolder)))
    return { findings: [doubtful('database', 'There is none yet; "doorward serve" makes it.')], kids: [] };
  let store: Store;
  try {
    store = await openStore(values, { clock, integrityCheck: true });
  } catch (thrown) {
    const words =
      thrown instanceof SchemaRefused ? thrown.message : `It cannot be opened: ${thrownWords(thrown)}`;
    return { findings: [wrong('database', words)], kids: [] };
  }
  try {
    const { read } = store;
    return {
      findings: [
        fine('database', sound(values)),
        ...(await checkReplica(store)),
        await checkChain(read),
        await checkClock(read, clock),
        await checkKeys(store, values, clock),
      ],
      kids: (await read.signingKeys.list()).map(({ kid }) => kid),
    };
  } finally {
    await store.close();
  }
}

const sound = ({ databaseUrl }: Configuration): string =>
  databaseUrl
    ? 'Postgres answers, and the schema is up to date.'
    : 'The schema is up to date and the file is sound.';

async function checkReplica({ replica }: Store): Promise<Finding[]> {
  if (!replica) return [];
  const { isAside, lag = 0, reason } = await replica.standing();
  if (isAside) return [doubtful('replica', `It is left aside, and the database itself answers: ${reason}.`)];
  return [fine('replica', `It follows, ${(lag / 1000).toFixed(1)} s behind.`)];
}

async function checkChain(read: Reads): Promise<Finding> {
  const { intact, events, fault } = await verifyEvents(read);
  if (intact) return fine('events', `The chain is intact: ${events} events.`);
  return wrong(
    'events',
    `The chain is broken at event ${fault?.seq} (${fault?.what}): somebody changed the database by another way. Compare with a backup.`,
  );
}

/** Milliseconds that the newest event may be ahead: two processes are never quite at one. */
const ahead = 5000;

async function checkClock(read: Reads, clock: Clock): Promise<Finding> {
  const [newest] = await read.events.listBack({ before: Number.MAX_SAFE_INTEGER, limit: 1 });
  const early = newest ? newest.at - clock.now() : 0;
  const now = new Date(clock.now()).toISOString();
  if (early > ahead)
    return wrong(
      'clock',
      `It says ${now}, yet the newest event is ${Math.round(early / 1000)} s later: the clock was set back. Sessions and tokens would live too long; set it right.`,
    );
  return fine('clock', `It says ${now}, later than every event.`);
}

async function checkKeys(store: Store, values: Configuration, clock: Clock): Promise<Finding> {
  if (!values.masterKey && !existsSync(join(values.dataFolder, 'master.key')))
    return wrong('keys', 'They cannot be opened without the master key.');
  const keys = await store.read.signingKeys.list();
  const [active] = keys.filter(({ state }) => state === 'active').sort((a, b) => a.activeAt - b.activeAt);
  if (!active || !keys.some(({ state }) => state === 'next'))
    return doubtful('keys', 'There is no active or no next key yet; "doorward serve" makes them.');
  try {
    const vault = createVault(readMasterKey(values.dataFolder, values.masterKey));
    const settings = domainSettings(values, values.port);
    await createKeyRing({ store, vault, settings, clock }).reload();
  } catch (thrown) {
    return wrong('keys', `${thrownWords(thrown)}. Use the master key of this database.`);
  }
  const days = Math.floor((clock.now() - active.activeAt) / 86_400_000);
  const overdue = clock.now() - active.activeAt > (values.keyActive + values.keyPublishAhead) * 1000;
  if (overdue)
    return doubtful(
      'keys',
      `The active key signs for ${days} days, longer than it should: a running server rotates it.`,
    );
  return fine('keys', `The active key signs for ${days} days; the next one is published.`);
}
