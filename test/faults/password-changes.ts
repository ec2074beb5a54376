import { type Entry, openLedger } from '../kit/ledger.ts';
import { goodPassword } from '../kit/visitor.ts';
import type { Caller } from './caller.ts';
import {
  type Begun,
  begin,
  begunBy,
  countEvents,
  type Data,
  deathsOfAccount,
  expectOf,
  type Hire,
  signUpAs,
  statusOf,
  trySignIn,
} from './work.ts';

interface Change {
  readonly account: string;
  readonly from: string;
  readonly to: string;
  /** The access token of the session that asks; it ends with the change. */
  readonly access: string;
}

interface Known {
  readonly isChanged: boolean;
}

/** Changes the password of one account from one to the next, and later of another one (I2, I6, I7). */
export const passwordChanges: Hire = ({ name, path }) => {
  const ledger = openLedger<Change, Known>(path);
  let identifier = '';
  let account: string | undefined;
  let password = goodPassword;
  let session: Begun | undefined;
  let changes = 0;
  let deaths = 0;
  const moveIn = async (caller: Caller): Promise<string> => {
    identifier = `${name}-${deaths}@example.com`;
    password = goodPassword;
    return signUpAs(caller, identifier, password);
  };
  return {
    prepare: async (caller) => {
      account ??= await moveIn(caller);
      session = await begin(caller, { identifier, password });
    },
    step: async (caller) => {
      changes += 1;
      const to = `${goodPassword} and wade ${changes}`;
      const access = session?.access ?? '';
      ledger.intend({ account: account ?? '', from: password, to, access });
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
      deaths += 1;
      const last = ledger.replay().at(-1);
      if (!last) return;
      const isChanged = await expectOne(caller, identifier, last);
      if (!last.outcome) ledger.settle({ isChanged });
      password = isChanged ? last.intent.to : last.intent.from;
      if (deaths % deathsOfAccount === 0) account = undefined;
    },
    audit: async (data) => {
      auditChanges(data, ledger.replay());
      ledger.close();
    },
  };
};

/** Whether the last change was made. Never both, never neither; and the sessions from before go with the password, or stay with it. */
async function expectOne(
  caller: Caller,
  identifier: string,
  { intent, outcome }: Entry<Change, Known>,
): Promise<boolean> {
  const { from, to, access } = intent;
  const isChanged = (await trySignIn(caller, identifier, to)) === 201;
  if (outcome) expectOf(identifier, isChanged, outcome.isChanged);
  expectOf(identifier, await trySignIn(caller, identifier, from), isChanged ? 401 : 201);
  expectOf(identifier, await statusOf(caller, access), isChanged ? 401 : 200);
  return isChanged;
}

/** Each change that was made has one event, and no other has. */
function auditChanges(data: Data, entries: readonly Entry<Change, Known>[]): void {
  for (const [accountId, own = []] of Object.entries(
    Object.groupBy(entries, ({ intent }) => intent.account),
  )) {
    const changed = own.filter(({ outcome }) => outcome?.isChanged).length;
    expectOf(accountId, countEvents(data, 'password.changed', { accountId }), changed);
  }
}
