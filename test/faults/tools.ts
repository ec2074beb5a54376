/** Programs of the machine that some faults need. */
import { spawnSync } from 'node:child_process';

/** Fails, and says what to install, when a program is missing. */
export function requireTool(name: string, debianPackage: string): void {
  if (spawnSync(name, ['--version'], { stdio: 'ignore' }).error)
    throw new Error(`This needs ${name}, which is not there. On Debian: apt-get install ${debianPackage}`);
}
