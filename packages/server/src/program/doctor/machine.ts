/** The doctor's look at the machine: the data folder, the disk. */
import { accessSync, constants, existsSync, type Stats, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Configuration } from '../configuration/configuration.ts';
import { databasePath } from '../open-store.ts';
import { doubtful, type Finding, fine, thrownWords, wrong } from './finding.ts';

/** The data folder is there, writable, and closed to everybody else, with its files. */
export function checkFolder({ dataFolder, masterKey }: Configuration): Finding[] {
  const check = 'data folder';
  const folder = resolve(dataFolder);
  if (!existsSync(folder))
    return [doubtful(check, `${folder} does not exist yet; "doorward serve" makes it.`)];
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return [wrong(check, `This account may not write in ${folder}. Give the folder to it with chown.`)];
  }
  const key = `${folder}/master.key`;
  const isOpen = [folder, databasePath(folder), key].filter((path) => isOpenToOthers(path));
  const findings = [
    isOpen.length === 0
      ? fine(check, `${folder} is writable, and closed to others.`)
      : wrong(
          check,
          `Other accounts of this machine can read ${isOpen.join(' and ')}. Close with: chmod go= ${isOpen.join(' ')}`,
        ),
  ];
  if (!masterKey && existsSync(databasePath(folder)) && !existsSync(key))
    findings.push(
      wrong(
        'master key',
        `${key} is missing, and without it no session, token or key of this database holds. Put it back from where you keep it.`,
      ),
    );
  return findings;
}

/** Folders that others may pass through are fine when what is inside is closed. */
function isOpenToOthers(path: string): boolean {
  const found: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  if (process.platform === 'win32' || !found) return false;
  return (found.mode & (found.isDirectory() ? 0o022 : 0o077)) !== 0;
}

const megabyte = 1 << 20;
const least = 100 * megabyte;
const comfortable = 1024 * megabyte;

/** There is room for the database to grow. */
export function checkDisk({ dataFolder }: Configuration): Finding {
  const check = 'disk';
  let folder = resolve(dataFolder);
  while (!existsSync(folder)) folder = dirname(folder);
  try {
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    const words = `${Math.floor(free / megabyte)} MB are free at ${folder}.`;
    if (free < least) return wrong(check, `${words} Sign-ins fail when there are none: make room.`);
    return free < comfortable ? doubtful(check, `${words} Make room soon.`) : fine(check, words);
  } catch (thrown) {
    return doubtful(check, `The free room at ${folder} cannot be told: ${thrownWords(thrown)}`);
  }
}
