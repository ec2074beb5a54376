/**
 * `doorward restored`: what must follow when a dump was restored into a database on Postgres. Nothing that it holds opens a
 * door any more; until then nobody serves from it.
 */
import { systemClock } from '../../base/clock.ts';
import { beginEpoch } from '../../domain/admin/begin-epoch.ts';
import { type Configuration, domainSettings } from '../configuration/configuration.ts';
import { addressIn } from '../configuration/database-address.ts';
import { noteRestored, openStoreAt } from '../open-store.ts';
import { type Command, CommandRefused, flagOption, type Invocation } from './command.ts';
import { databaseOption } from './database-option.ts';
import { epochJson, epochLines, requireSound } from './epoch.ts';

/** Begins the epoch. Throws CommandRefused for a database in a folder, and for one that is not sound. */
export const restored: Command = async (invocation) => {
  const { values } = invocation.loaded;
  if (!values.databaseUrl)
    throw new CommandRefused('The database is in a folder: "doorward restore <file>" does this by itself.');
  const { database } = addressIn(values.databaseUrl);
  if (flagOption(invocation, 'dangerouslyKeep')) {
    await noteRestored(values);
    return { json: { restored: database, taken_away: null }, text: 'Nothing was taken away.' };
  }
  const clock = systemClock;
  const store = await openStoreAt(values, { clock, restored: true });
  try {
    await requireSound(store, database);
    const replaced = await openReplaced(invocation, values);
    try {
      const settings = domainSettings(values, values.port);
      const epoch = await beginEpoch({ store, clock, settings }, replaced?.read);
      await noteRestored(values);
      return {
        json: { restored: database, taken_away: epochJson(epoch) },
        text: [`${database} can be served from.`, '', ...epochLines(epoch)].join('\n'),
      };
    } finally {
      await replaced?.close();
    }
  } finally {
    await store.close();
  }
};

/** The database that it takes the place of, where that can still be read. */
async function openReplaced(invocation: Invocation, values: Configuration) {
  const databaseUrl = await databaseOption(invocation, 'replaced');
  return databaseUrl && openStoreAt({ ...values, databaseUrl }, { clock: systemClock });
}
