/**
 * ENU-02: the same time everywhere. A clock on a busy machine proves little, so what takes the time is counted first: the
 * statements, the comparisons of passwords, the rows, the mails, the letters of the answer. Then a clock is held to it, by
 * ranks: pairs are asked in turns, and nobody may be able to tell whose answer took longer. What a server that answers
 * strangers early looks like to the same judge is tried beside it.
 */
import { StatementSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { signUpByMail } from '../../journeys/mail/mail-cast.ts';
import { form } from '../../kit/clients.ts';
import { type Serving, type ServingOptions, serveHandler } from '../../kit/serving.ts';
import { type Answer, member, type Visitor, visit } from '../../kit/visitor.ts';

const known = 'known@example.com';
const nobody = 'nobod@example.com';

let serving: Serving;
const serve = async (options: ServingOptions): Promise<void> => {
  const settings = {
    signUp: 'verified',
    accountAttempts: 100,
    networkAttempts: 100_000,
    signUpAttempts: 100_000,
  } as const;
  serving = await serveHandler({ ...options, settings });
  await signUpByMail(serving, known);
};
afterEach(async () => {
  vi.restoreAllMocks();
  await serving.close();
});

const stranger = (): Visitor => visit(serving, { peer: '198.51.100.7' });

/** What can be asked by somebody who wonders whether somebody has an account. */
const asks: Readonly<Record<string, (email: string) => Promise<Answer>>> = {
  'a sign-in by password': (identifier) =>
    stranger().ask('POST', '/api/v1/sessions', {
      body: { identifier, password: 'a wrong password', carrier: 'opaque' },
    }),
  'a sign-in on the page': (identifier) =>
    stranger().ask('POST', '/sign-in', form({ identifier, password: 'a wrong password' })),
  'a new password': (email) => stranger().ask('POST', '/api/v1/password-resets', { body: { email } }),
  'a new password by a code that is wrong': async (email) => {
    const { json } = await stranger().ask('POST', '/api/v1/password-resets', { body: { email } });
    const body = { ticket: member(json, 'ticket'), code: 'no code', new_password: 'nine loud geese argue' };
    return stranger().ask('POST', '/api/v1/password-resets/confirm', { body });
  },
  'a sign-in by mail and a code that is wrong': async (email) => {
    const { json } = await stranger().ask('POST', '/api/v1/sessions/mail', { body: { email } });
    const body = { ticket: member(json, 'ticket'), code: 'no code', carrier: 'opaque' };
    return stranger().ask('POST', '/api/v1/sessions/mail/confirm', { body });
  },
  'a sign-up': (email) =>
    stranger().ask('POST', '/api/v1/accounts', { body: { email, password: 'seven quiet herons wade' } }),
};

const askAs = (name: string, email: string): Promise<Answer> => {
  const ask = asks[name];
  if (!ask) throw new Error(name);
  return ask(email);
};

/** What was done for an answer. */
interface Work {
  /** In the order of the alphabet: who waits for whom is a matter of chance. */
  readonly statements: readonly string[];
  readonly comparisons: number;
  readonly hashes: number;
  readonly rows: Readonly<Record<string, number>>;
  readonly letters: number;
}

const verbs = ['run', 'get', 'all'] as const;

async function workOf(name: string, email: string): Promise<Work> {
  const { store, passwords } = serving.assembly.ports;
  const before = await store.rowCounts();
  const [verify, hash] = [vi.spyOn(passwords, 'verify'), vi.spyOn(passwords, 'hash')];
  const spies = verbs.map((verb) => vi.spyOn(StatementSync.prototype, verb));
  const { text } = await askAs(name, email);
  const ran = spies.flatMap(({ mock }) => mock.contexts as StatementSync[]);
  const statements = ran.map(({ sourceSQL }) => sourceSQL).toSorted();
  const counts = { comparisons: verify.mock.calls.length, hashes: hash.mock.calls.length };
  vi.restoreAllMocks();
  const after = await store.rowCounts();
  const rows = Object.entries(after).map(([table, n]) => [table, n - (before[table] ?? 0)] as const);
  return { statements, ...counts, rows: Object.fromEntries(rows), letters: text.length };
}

describe('ENU-02: the same work', () => {
  beforeEach(() => serve({ lightHashing: true }));

  test.each(Object.keys(asks))('%s', async (name) => {
    // The first time what budgets count is begun.
    for (const email of [known, nobody]) await askAs(name, email);
    const [ofKnown, ofNobody] = [await workOf(name, known), await workOf(name, nobody)];
    expect(ofNobody.statements.length).toBeGreaterThan(4);
    expect(ofNobody).toEqual(ofKnown);
  });
});

/** Pairs that are asked before anybody judges. */
const pairs = 60;
/** How often it is judged anew before it counts as told: other programs of the machine make noise, and noise passes. */
const repeats = 3;
/** Between these is chance: with sixty pairs that are alike, one run in ten million is not. */
const [lowest, highest] = [0.22, 0.78];

/**
 * How likely an answer about somebody takes longer than one about nobody (Mann and Whitney's U over all pairs): ½ where nobody
 * can tell, 0 or 1 where everybody can.
 */
function likelihood(ofKnown: readonly number[], ofNobody: readonly number[]): number {
  const longer = ofKnown.flatMap((mine) =>
    ofNobody.map((other) => (mine > other ? 1 : mine === other ? 0.5 : 0)),
  );
  return longer.reduce<number>((sum, one) => sum + one, 0) / longer.length;
}

/** Asks both in turns, in an order that a seed decides, and tells the times in milliseconds. */
async function timesOf(name: string, seed: number): Promise<{ ofKnown: number[]; ofNobody: number[] }> {
  const times = { ofKnown: [] as number[], ofNobody: [] as number[] };
  let state = seed;
  const ask = async (who: keyof typeof times): Promise<void> => {
    const from = performance.now();
    await askAs(name, who === 'ofKnown' ? known : nobody);
    times[who].push(performance.now() - from);
  };
  for (let turn = 0; turn < pairs; turn += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const order =
      state >>> 31 === 0 ? (['ofKnown', 'ofNobody'] as const) : (['ofNobody', 'ofKnown'] as const);
    for (const who of order) await ask(who);
  }
  return times;
}

/** Whether the times tell who has an account, each time that it is judged. */
async function isTold(name: string): Promise<boolean> {
  for (const email of [known, nobody]) await askAs(name, email);
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const { ofKnown, ofNobody } = await timesOf(name, 20_260_301 + repeat);
    const found = likelihood(ofKnown, ofNobody);
    if (found > lowest && found < highest) return false;
    // Other budgets, and what the hour brings is done before it is judged again.
    serving.clock.advance(3_600_000);
    for (const email of [known, nobody]) await askAs(name, email);
  }
  return true;
}

describe('ENU-02: the same time', () => {
  test.each(Object.keys(asks))(
    '%s does not tell by its time who has an account',
    async (name) => {
      await serve({});
      expect(await isTold(name)).toBe(false);
    },
    120_000,
  );

  /** What servers do that answer early, by what they leave out for somebody whom they do not know. */
  const shortcuts: Readonly<Record<string, readonly [name: string, plant: () => void]>> = {
    'no comparison where there is no password': [
      'a sign-in by password',
      () => {
        const { passwords } = serving.assembly.ports;
        const verify = passwords.verify.bind(passwords);
        vi.spyOn(passwords, 'verify').mockImplementation(async (phc, ...more) =>
          phc === undefined ? { matches: false, outdated: false } : verify(phc, ...more),
        );
      },
    ],
    'no mail and no ticket where there is no account': [
      'a new password',
      () => {
        const { handler } = serving.assembly;
        const early = serving;
        serving = {
          ...early,
          send: async (request, peer = '198.51.100.7') => {
            const text = await request.clone().text();
            return text.includes(nobody) ? Response.json({}, { status: 202 }) : handler(request, { peer });
          },
        };
      },
    ],
  };

  test.each(Object.keys(shortcuts))(
    '%s would be told',
    async (shortcut) => {
      await serve({});
      const [name, plant] = shortcuts[shortcut] ?? ['', () => undefined];
      plant();
      expect(await isTold(name)).toBe(true);
    },
    120_000,
  );
});
