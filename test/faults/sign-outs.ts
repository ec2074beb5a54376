import { expect } from 'vitest';
import { openLedger } from '../kit/ledger.ts';
import { goodPassword } from '../kit/visitor.ts';
import type { Caller } from './caller.ts';
import {
  type Begun,
  begin,
  countEvents,
  deathsOfAccount,
  expectOf,
  type Hire,
  refreshBy,
  signUpAs,
  statusOf,
} from './work.ts';

interface Known {
  readonly isEnded: boolean;
}

/** Signs in and out, and later with another account (I3, I6). */
export const signOuts: Hire = ({ name, path }) => {
  const ledger = openLedger<Begun, Known>(path);
  let identifier = '';
  let judged = 0;
  let deaths = 0;
  return {
    prepare: async (caller) => {
      if (deaths % deathsOfAccount > 0) return;
      identifier = `${name}-${deaths}@example.com`;
      await signUpAs(caller, identifier, goodPassword);
    },
    step: async (caller) => {
      const begun = await begin(caller, { identifier, password: goodPassword });
      ledger.intend(begun);
      const { status } = await caller.ask('DELETE', '/api/v1/session', { bearer: begun.access });
      expectOf(identifier, status, 204);
      ledger.settle({ isEnded: true });
    },
    judge: async (caller) => {
      deaths += 1;
      const entries = ledger.replay();
      for (const { intent, outcome } of entries.slice(judged)) {
        const isEnded = await isOver(caller, intent);
        if (outcome) expectOf(intent.session, isEnded, outcome.isEnded);
        else ledger.settle({ isEnded });
      }
      judged = entries.length;
    },
    audit: async (data) => {
      for (const { intent, outcome } of ledger.replay()) {
        const session = await data.store.read.sessions.find(intent.session);
        expectOf(intent.session, session?.ended !== undefined, outcome?.isEnded);
        const told = countEvents(data, 'session.ended', { sessionId: intent.session });
        expectOf(intent.session, told, outcome?.isEnded ? 1 : 0);
      }
      ledger.close();
    },
  };
};

/** Whether a session is over. All that it travels by says the same. */
async function isOver(caller: Caller, { access, refresh }: Begun): Promise<boolean> {
  const byAccess = await statusOf(caller, access);
  const byRefresh = (await refreshBy(caller, refresh)).status;
  expect([200, 401]).toContain(byAccess);
  expect(byRefresh).toBe(byAccess);
  return byAccess === 401;
}
