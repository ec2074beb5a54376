import { openLedger } from '../kit/ledger.ts';
import { goodPassword } from '../kit/visitor.ts';
import {
  type Begun,
  begin,
  begunBy,
  countEvents,
  expectOf,
  type Hire,
  signUpAs,
  statusOf,
  trySignIn,
} from './work.ts';

interface Change {
  readonly from: string;
  readonly to: string;
  /** The access token of the session that asks; it ends with the change. */
  readonly access: string;
}

interface Known {
  readonly isChanged: boolean;
}

/** Changes the password of one account from one to the next (I2, I6, I7). */
export const passwordChanges: Hire = ({ name, path }) => {
  const ledger = openLedger<Change, Known>(path);
  const identifier = `${name}@example.com`;
  let account: string | undefined;
  let password = goodPassword;
  let session: Begun | undefined;
  let changes = 0;
  return {
    prepare: async (caller) => {
      account ??= await signUpAs(caller, identifier, password);
      session = await begin(caller, { identifier, password });
    },
    step: async (caller) => {
      changes += 1;
      const to = `${goodPassword} and wade ${changes}`;
      const access = session?.access ?? '';
      ledger.intend({ from: password, to, access });
      const { status, json } = await caller.ask('PUT', '/api/v1/account/password', {
        bearer: access,
        body: { current_password: password, new_password: to },
      });
      expectOf(JSON.stringify(json), status, 200);
      ledger.settle({ isChanged: true });
      password = to;
      session = begunBy(json);
    },
    judge: async (caller) => {
      const last = ledger.replay().at(-1);
      if (!last) return;
      const { from, to, access } = last.intent;
      const isChanged = (await trySignIn(caller, identifier, to)) === 201;
      if (last.outcome) expectOf(identifier, isChanged, last.outcome.isChanged);
      else ledger.settle({ isChanged });
      // Never both, never neither; and the sessions from before go with the password, or stay with it.
      expectOf(identifier, await trySignIn(caller, identifier, from), isChanged ? 401 : 201);
      expectOf(identifier, await statusOf(caller, access), isChanged ? 401 : 200);
      password = isChanged ? to : from;
    },
    audit: async (data) => {
      const changed = ledger.replay().filter(({ outcome }) => outcome?.isChanged).length;
      const accountId = account ?? '';
      expectOf(identifier, countEvents(data, 'password.changed', { accountId }), changed);
      ledger.close();
    },
  };
};
