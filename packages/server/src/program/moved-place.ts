/** Where data have moved to, as it stands in the store that they left: sealed under the master key, for it may hold a password. */
import { utf8 } from '../base/bytes.ts';
import { Secret } from '../base/secret.ts';
import { createVault, type Vault } from '../domain/keys/vault.ts';
import { SchemaRefused } from '../store/migrate.ts';
import type { Configuration } from './configuration/configuration.ts';
import { readMasterKey } from './configuration/master-key.ts';

const purpose = 'place that data moved to';
const context = 'moves';

const vaultOf = ({ dataFolder, masterKey }: Configuration): Vault =>
  createVault(readMasterKey(dataFolder, masterKey));

/** Seals the place of a target. */
export function sealPlace(home: Configuration, { databaseUrl, dataFolder }: Configuration): Uint8Array {
  const place = databaseUrl ? { databaseUrl: databaseUrl.reveal() } : { dataFolder };
  return vaultOf(home).seal(purpose, utf8(JSON.stringify(place)), context);
}

/** The configuration of somebody whose data are at a sealed place. Throws SchemaRefused under another master key. */
export function placeIn(home: Configuration, sealed: Uint8Array): Configuration {
  const opened = vaultOf(home).open(purpose, sealed, context);
  if (!opened)
    throw new SchemaRefused(
      'The data of this store have moved to a place that this master key does not open.',
    );
  // Written by us alone.
  const place: { databaseUrl?: string; dataFolder?: string } = JSON.parse(
    Buffer.from(opened).toString('utf8'),
  );
  return {
    ...home,
    databaseUrl: place.databaseUrl === undefined ? undefined : new Secret(place.databaseUrl),
    dataFolder: place.dataFolder ?? home.dataFolder,
    // It follows the store that was left.
    readDatabaseUrl: undefined,
  };
}
