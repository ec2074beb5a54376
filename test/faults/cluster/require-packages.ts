/** Before the tests here run: the machine must have what a cluster is made of. */
import { installationOf, missingPackages } from '../../../ops/packages.ts';

/** Refuses to begin, and says what to install. */
export function setup(): void {
  const missing = missingPackages();
  if (missing.length > 0) throw new Error(installationOf(missing));
}
