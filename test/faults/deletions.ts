import { expect } from 'vitest';
import { openLedger } from '../kit/ledger.ts';
import { goodPassword } from '../kit/visitor.ts';
import type { Caller } from './caller.ts';
import {
  type Begun,
  begin,
  countEvents,
  expectOf,
  type Hire,
  refreshBy,
  signUpAs,
  statusOf,
  trySignIn,
} from './work.ts';

interface Deletion extends Begun {
  readonly email: string;
  readonly key: string;
}

interface Known {
  readonly isDeleted: boolean;
}

/** Makes an account with everything that can hang from it and deletes it (SES-07). */
export const deletions: Hire = ({ name, path }) => {
  const ledger = openLedger<Deletion, Known>(path);
  let accounts = 0;
  let judged = 0;
  return {
    prepare: async () => undefined,
    step: async (caller) => {
      accounts += 1;
      const email = `${name}-${accounts}@example.com`;
      const laden = await makeLaden(caller, email);
      ledger.intend(laden);
      const { status } = await caller.ask('DELETE', '/api/v1/account', {
        bearer: laden.access,
        body: { password: goodPassword },
      });
      expectOf(email, status, 204);
      ledger.settle({ isDeleted: true });
    },
    judge: async (caller) => {
      const entries = ledger.replay();
      for (const { intent, outcome } of entries.slice(judged)) {
        const isDeleted = await isGone(caller, intent);
        if (outcome) expectOf(intent.email, isDeleted, outcome.isDeleted);
        else ledger.settle({ isDeleted });
        if (isDeleted) await expectNothingInherited(caller, intent);
      }
      judged = entries.length;
    },
    audit: async (data) => {
      for (const { intent, outcome } of ledger.replay()) {
        const { account, email } = intent;
        const times = outcome?.isDeleted ? 1 : 0;
        expectOf(email, countEvents(data, 'account.deleted', { accountId: account }), times);
        expectOf(email, (await data.store.read.accounts.find(account)) === undefined, times === 1);
      }
      ledger.close();
    },
  };
};

async function makeLaden(caller: Caller, email: string): Promise<Deletion> {
  await signUpAs(caller, email, goodPassword);
  const begun = await begin(caller, { identifier: email, password: goodPassword });
  await begin(caller, { identifier: email, password: goodPassword });
  const made = await caller.ask('POST', '/api/v1/account/api-keys', {
    bearer: begun.access,
    body: { name: 'a key', scopes: ['account:read'] },
  });
  expectOf(email, made.status, 201);
  return { ...begun, email, key: String(made.json['api_key']) };
}

/** Whether an account is gone. All its credentials say the same: nothing is half deleted. */
async function isGone(caller: Caller, { email, access, refresh, key }: Deletion): Promise<boolean> {
  const password = await trySignIn(caller, email, goodPassword);
  const others = [
    await statusOf(caller, access),
    (await caller.ask('GET', '/api/v1/account', { bearer: key })).status,
    (await refreshBy(caller, refresh)).status,
  ];
  expect([201, 401]).toContain(password);
  expectOf(
    email,
    others,
    Array.from({ length: 3 }, () => (password === 201 ? 200 : 401)),
  );
  return password === 401;
}

/** The same address may sign up again, and is somebody else with nothing. */
async function expectNothingInherited(caller: Caller, { email, account }: Deletion): Promise<void> {
  expect(await signUpAs(caller, email, goodPassword)).not.toBe(account);
  const { access } = await begin(caller, { identifier: email, password: goodPassword });
  const sessions = await caller.ask('GET', '/api/v1/account/sessions', { bearer: access });
  const keys = await caller.ask('GET', '/api/v1/account/api-keys', { bearer: access });
  expect([sessions.json['sessions'], keys.json['api_keys']]).toMatchObject([[{}], []]);
}
