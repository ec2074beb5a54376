/** A little history of one account, deed by deed, for tests of the checker. */
import type { Deed, Done, Told } from './deeds.ts';

/** Whose it is. */
export const email = 'ada@example.com';

/** What the first session is told. */
export const began = { status: 201, account: 'a1', session: 's1', access: 'dw_at_0', refresh: 'r0' };

/** What its people do. */
export const signUp: Deed = { does: 'sign-up', email, password: 'p1' };
export const signIn: Deed = { does: 'sign-in', email, password: 'p1', carrier: 'opaque' };
export const check: Deed = { does: 'check', session: 's1', access: 'dw_at_0' };
export const end: Deed = { does: 'end', session: 's1', access: 'dw_at_0' };
export const change: Deed = { does: 'change', email, from: 'p1', to: 'p2', access: 'dw_at_0' };

/** What a change of the password is told. */
export const changed = { status: 200, account: 'a1', session: 's2', access: 'dw_at_x', refresh: 'x0' };

/** A refresh of the first session, and what it is told. */
export const refresh = (token: string): Deed => ({ does: 'refresh', session: 's1', refresh: token });
export const next = (number: number): Told => ({
  status: 200,
  refresh: `r${number}`,
  access: `dw_at_${number}`,
});

/** A deed and what was told, a status if nothing else; nothing where no answer came. */
export type Line = readonly [Deed, (Told | number)?];

/** A history of deeds one after the other; one without an answer was lost. */
export const inTurn = (...lines: readonly Line[]): Done[] =>
  lines.map(([deed, told], at) => ({
    deed,
    told: typeof told === 'number' ? { status: told } : told,
    called: 2 * at,
    returned: told === undefined ? Number.POSITIVE_INFINITY : 2 * at + 1,
  }));

/** How it begins. */
export const born: readonly Line[] = [
  [signUp, { status: 201, account: 'a1' }],
  [signIn, began],
];
