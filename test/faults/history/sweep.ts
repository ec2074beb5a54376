/**
 * The end of an episode: every token, password, key and code that was ever seen is tried on every process. What is
 * answered goes into the history like everything else, and is judged with it.
 */
import { type Actor, type KnownSession, perform } from './client.ts';
import type { Deed } from './deeds.ts';

/** Tries all that a household has ever seen. */
export async function tryEverything(actor: Actor): Promise<void> {
  const { household } = actor;
  const { email, sessions, passwords, keys, codes } = household;
  for (const known of sessions) await trySession(actor, known);
  for (const { key } of keys) await everywhere(actor, { does: 'use-key', key });
  for (const code of codes) await everywhere(actor, { does: 'redeem', code });
  for (const password of passwords)
    await everywhere(actor, { does: 'sign-in', email, password, carrier: 'opaque' });
}

/** The newest member first, while the family lives; then all older ones, of which the first ends it; then nothing may work. */
async function trySession(actor: Actor, { session, access, refresh }: KnownSession): Promise<void> {
  const checks = (tokens: readonly string[]): Deed[] =>
    tokens.map((token) => ({ does: 'check', session, access: token }));
  for (const check of checks(access)) await everywhere(actor, check);
  for (const token of refresh.toReversed())
    await everywhere(actor, { does: 'refresh', session, refresh: token });
  for (const check of checks(access.slice(-2))) await everywhere(actor, check);
}

async function everywhere(actor: Actor, deed: Deed): Promise<void> {
  for (let seat = 0; seat < actor.seats; seat += 1) await perform(actor, deed, seat);
}
