import { expect } from 'vitest';
import { openLedger } from '../kit/ledger.ts';
import { goodPassword } from '../kit/visitor.ts';
import { begin, countEvents, expectOf, type Hire, signUpAs, trySignIn } from './work.ts';

interface SignUp {
  readonly email: string;
}

interface Made {
  readonly account: string;
}

/** Signs up one stranger after the other (I1, I6, I7). */
export const signUps: Hire = ({ name, path }) => {
  const ledger = openLedger<SignUp, Made>(path);
  let strangers = 0;
  let judged = 0;
  return {
    prepare: async () => undefined,
    step: async (caller) => {
      strangers += 1;
      const email = `${name}-${strangers}@example.com`;
      ledger.intend({ email });
      ledger.settle({ account: await signUpAs(caller, email, goodPassword) });
    },
    judge: async (caller) => {
      const entries = ledger.replay();
      for (const { intent, outcome } of entries.slice(judged)) {
        const { email } = intent;
        if (outcome === undefined) {
          // It is there whole, or there is nothing of it in the way of the same sign-up again.
          const status = await trySignIn(caller, email, goodPassword);
          expect([201, 401]).toContain(status);
          if (status === 401) await signUpAs(caller, email, goodPassword);
        }
        const { account } = await begin(caller, { identifier: email, password: goodPassword });
        if (outcome === undefined) ledger.settle({ account });
        else expectOf(email, account, outcome.account);
        const again = await caller.ask('POST', '/api/v1/accounts', {
          body: { email, password: goodPassword },
        });
        expectOf(email, again.status, 409);
      }
      judged = entries.length;
    },
    audit: async (data) => {
      for (const { intent, outcome } of ledger.replay()) {
        const found = await data.store.read.accounts.findByIdentifier(intent.email);
        expectOf(intent.email, found?.id, outcome?.account);
        expectOf(intent.email, countEvents(data, 'account.created', { accountId: found?.id ?? '' }), 1);
      }
      ledger.close();
    },
  };
};
