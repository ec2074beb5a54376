/** Whose tokens are where: a cookie names the vault of a caller, and a program at this machine needs none. */
import type { Client, SignedIn, SignedOut, SignInClaim } from '@doorward/client';
import type { Context } from 'hono';
import { forgetVaultCookie, isAtThisMachine, newVaultCookie, vaultNameOf } from './vault-cookie.ts';
import type { Vaults } from './vaults.ts';

/** The callers, by their requests. */
export interface Callers {
  /** The client that holds the tokens of a caller; undefined when they have no vault. */
  clientOf(c: Context): Client | undefined;
  /** Signs in and puts the tokens where this caller finds them. Throws what the client throws, and `Refused` 429. */
  signIn(c: Context, claim: SignInClaim): Promise<SignedIn>;
  /** Ends the session of the caller and drops their vault; undefined when there was none. */
  signOut(c: Context): Promise<SignedOut | undefined>;
}

/** Leads callers to their vaults. */
export function callersOf(vaults: Vaults): Callers {
  const clientOf = (c: Context): Client | undefined =>
    isAtThisMachine(c) ? vaults.single : vaults.find(vaultNameOf(c) ?? '');
  const leave = async (c: Context): Promise<SignedOut | undefined> => {
    const name = vaultNameOf(c);
    const signedOut = await clientOf(c)?.signOut();
    if (name !== undefined && vaults.find(name)) await vaults.drop(name);
    return signedOut;
  };
  return {
    clientOf,
    signIn: async (c, claim) => {
      if (isAtThisMachine(c)) return vaults.single.signIn(claim);
      // Always a new vault: a cookie that somebody else knows, or planted, never leads to these tokens.
      const { name, hand } = newVaultCookie();
      const signedIn = await vaults.add(name, (client) => client.signIn(claim));
      await leave(c);
      hand(c);
      return signedIn;
    },
    signOut: async (c) => {
      const signedOut = await leave(c);
      if (vaultNameOf(c) !== undefined) forgetVaultCookie(c);
      return signedOut;
    },
  };
}
