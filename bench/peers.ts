/**
 * Other people's programs, from a folder with a lock file of its own, which is installed at its first use: nobody who only
 * starts Doorward downloads them.
 */
import { join } from 'node:path';
import { ensureFolder, root } from '../test/packages/command.ts';

/** Installs them unless they are as the lock file says. Rejects with npm's words when it cannot. */
export const installPeers = (): Promise<void> => ensureFolder(join(root, 'bench', 'peers'));
