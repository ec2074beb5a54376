/** A password hash for tests that count guesses, not milliseconds. */
import type { Argon2 } from '../../packages/server/src/domain/accounts/passwords.ts';
import { runtime } from '../../packages/server/src/program/accounts/argon2.ts';

/** argon2id at its smallest. Its hashes claim the parameters that were asked for, so that none looks outdated. */
export const lightArgon2: Argon2 = {
  hash: async (password, { memory, passes, lanes }) => {
    const phc = await runtime.hash(password, { memory: 8, passes: 1, lanes: 1 });
    return phc.replace('m=8,t=1,p=1', `m=${memory},t=${passes},p=${lanes}`);
  },
  verify: (phc, password) => runtime.verify(phc.replace(/m=\d+,t=\d+,p=\d+/, 'm=8,t=1,p=1'), password),
};
