import { expect } from 'vitest';
import { type Entry, openLedger } from '../kit/ledger.ts';
import { goodPassword } from '../kit/visitor.ts';
import type { Caller } from './caller.ts';
import {
  begin,
  countEvents,
  type Data,
  expectOf,
  familyOf,
  type Hire,
  refreshBy,
  signUpAs,
  statusOf,
} from './work.ts';

/** Ended families that are tried after every kill. */
const youngest = 3;

interface Refresh {
  readonly session: string;
  readonly token: string;
}

interface Successor {
  readonly next: string;
}

type Step = Entry<Refresh, Successor>;

/** Follows the chain of one refresh token; after some kills it turns thief and ends its family (I4, TOK-06, TOK-07). */
export const refreshes: Hire = ({ name, number, path }) => {
  const ledger = openLedger<Refresh, Successor>(path);
  const identifier = `${name}@example.com`;
  const carrier = number % 2 === 0 ? 'opaque' : 'jwt';
  const stolen: string[] = [];
  let account: string | undefined;
  let live: Refresh | undefined;
  let kills = 0;
  const step = async (caller: Caller): Promise<string> => {
    const { session, token } = live ?? { session: '', token: '' };
    ledger.intend({ session, token });
    const { status, next, access } = await refreshBy(caller, token);
    expectOf(identifier, status, 200);
    ledger.settle({ next });
    live = { session, token: next };
    return access;
  };
  return {
    prepare: async (caller) => {
      account ??= await signUpAs(caller, identifier, goodPassword);
      if (live) return;
      const begun = await begin(caller, { identifier, password: goodPassword, carrier });
      live = { session: begun.session, token: begun.refresh };
    },
    step: async (caller) => void (await step(caller)),
    judge: async (caller) => {
      const last = ledger.replay().at(-1);
      if (!last) return;
      if (last.outcome === undefined) live = await retry(caller, last.intent, ledger.settle);
      // The chain goes on from there.
      expectOf(identifier, await statusOf(caller, await step(caller)), 200);
      const access = await step(caller);
      const steps = ledger.replay();
      const chain = chainOf(steps, live?.session);
      for (const session of inTurn(stolen, kills)) await expectDead(caller, chainOf(steps, session));
      kills += 1;
      if (kills % 4 !== number % 4) return;
      await steal(caller, chain, access);
      stolen.push(live?.session ?? '');
      live = undefined;
    },
    audit: async (data) => {
      const steps = ledger.replay();
      const sessions = new Set(steps.map(({ intent }) => intent.session));
      for (const session of sessions)
        await auditFamily(data, chainOf(steps, session), stolen.includes(session));
      ledger.close();
    },
  };
};

/** A lost answer is asked for again, twice: the chain goes on, and both retries are told the same successor. */
async function retry(
  caller: Caller,
  { session, token }: Refresh,
  settle: (successor: Successor) => void,
): Promise<Refresh> {
  const first = await refreshBy(caller, token);
  const second = await refreshBy(caller, token);
  expect([first.status, second.status, second.next]).toEqual([200, 200, first.next]);
  settle({ next: first.next });
  return { session, token: first.next };
}

/** Of the ended families the youngest, and of the older ones each in its turn; in the end the data tell of all. */
const inTurn = (stolen: readonly string[], turn: number): string[] => {
  const older = stolen.slice(0, -youngest);
  return [...older.slice(turn % (older.length || 1)).slice(0, 1), ...stolen.slice(-youngest)];
};

const chainOf = (steps: readonly Step[], session: string | undefined): Step[] =>
  steps.filter(({ intent }) => intent.session === session);

/** Presents a member older than the direct predecessor: consumed before the kill, dead after it, and the end of all. */
async function steal(caller: Caller, chain: readonly Step[], access: string): Promise<void> {
  const older = chain[Math.max(0, chain.length - 3)]?.intent.token ?? '';
  expect((await refreshBy(caller, older)).status).toBe(401);
  expect(await statusOf(caller, access)).toBe(401);
  await expectDead(caller, chain);
}

/** Nothing of an ended family is taken any more: neither its live member nor its first nor its last consumed one. */
async function expectDead(caller: Caller, chain: readonly Step[]): Promise<void> {
  const tokens = [chain[0]?.intent.token, chain.at(-1)?.intent.token, chain.at(-1)?.outcome?.next];
  for (const token of tokens) expect((await refreshBy(caller, token ?? '')).status).toBe(401);
}

/** Each link was made once: the row counts as many rotations as the ledger, and links hang together. */
async function auditFamily(data: Data, chain: readonly Step[], isStolen: boolean): Promise<void> {
  const first = chain[0]?.intent ?? { session: '', token: '' };
  chain.slice(1).forEach(({ intent }, at) => expect(intent.token).toBe(chain[at]?.outcome?.next));
  const family = await data.store.read.families.find(familyOf(first.token));
  expect(family?.generation).toBe(chain.length);
  const { session: sessionId } = first;
  expectOf(sessionId, (await data.store.read.sessions.find(sessionId))?.ended !== undefined, isStolen);
  expect(countEvents(data, 'refresh.reused', { sessionId })).toBe(isStolen ? 1 : 0);
  expect(countEvents(data, 'session.ended', { sessionId })).toBe(isStolen ? 1 : 0);
}
