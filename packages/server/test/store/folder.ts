/** A folder of its own for a test on files. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Makes a fresh folder that goes with the running test; returns the path of a database in it. */
export function freshDatabase(): string {
  const folder = mkdtempSync(join(tmpdir(), 'doorward-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'doorward.db');
}

/** The hour at which these tests stand, in milliseconds since 1970. */
export const now = Date.UTC(2031, 4, 6, 7, 8, 9);
