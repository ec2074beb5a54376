/** `doorward backup <file>`: a consistent copy of the database, while a server serves from it or not. */
import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { openSqlite } from '../../store/sqlite/sqlite.ts';
import { databasePath } from '../open-store.ts';
import { argument, type Command, CommandRefused } from './command.ts';
import { requireDatabase, requireFolder } from './folder.ts';

/** Writes the copy. Throws CommandRefused when the file exists or its folder does not. */
export const backUp: Command = async (invocation) => {
  const { values } = invocation.loaded;
  const { dataFolder, masterKey } = values;
  requireFolder(values, 'pg_dump --format=custom');
  const file = resolve(argument(invocation, 0));
  requireDatabase(values);
  if (existsSync(file)) throw new CommandRefused(`${file} exists already. Name a new file.`);
  if (!existsSync(dirname(file))) throw new CommandRefused(`There is no folder ${dirname(file)}.`);
  const store = await openSqlite({ path: databasePath(dataFolder), now: systemClock.now() });
  try {
    await store.backup(file);
  } finally {
    await store.close();
  }
  const { size } = statSync(file);
  const keyPlace = masterKey ? 'the master key of your configuration' : `${resolve(dataFolder)}/master.key`;
  return {
    json: { file, bytes: size },
    text: `Wrote ${file} (${Math.ceil(size / 1024)} kB). It holds no master key: keep ${keyPlace} too, in another place.`,
  };
};
