/**
 * The checker: takes a history apart into what happened to each session, account, key and code, and asks of each whether
 * its model allows it. It finds faults; whoever called it fails.
 */

import { type Deed, type Done, notAsked } from './deeds.ts';
import { type Model, type Operation, unexplained } from './linearize.ts';
import {
  type AccountInput,
  accountModel,
  artefactModel,
  type KeyInput,
  keyModel,
  type SessionInput,
  sessionModel,
  type Verdict,
} from './models.ts';

/** Guesses that are looked at for one account, at most. */
export const guessBudget = 100;

/** All that no order explains, in words. */
export function faultsOf(history: readonly Done[]): string[] {
  const stands = history.filter(({ standing }) => standing !== 'lost');
  return [
    ...unwanted(history),
    ...sessionFaults(history),
    ...revivedFaults(history),
    ...accountFaults(stands),
    ...objectFaults(stands, keyModel, keyUse),
    ...objectFaults(stands, artefactModel, codeUse),
    ...guessFaults(stands),
  ];
}

/** Statuses that every deed may be answered with besides `yes` and `no`: they tell nothing of what happened. */
const silent: ReadonlySet<number> = new Set([notAsked, 429, 503]);
const known: ReadonlySet<number> = new Set([200, 201, 204, 400, 401, 403, 404, 409]);

/** A fault of the server itself is never an answer. */
const unwanted = (history: readonly Done[]): string[] =>
  history.flatMap(({ deed, told }) =>
    told === undefined || silent.has(told.status) || known.has(told.status)
      ? []
      : [`${deed.does} was answered ${told.status}`],
  );

const verdictOf = ({ deed, told, standing }: Done): Verdict | undefined => {
  if (told === undefined || silent.has(told.status) || standing === 'torn') return undefined;
  // The session that asked was over: of the key this tells nothing.
  if (deed.does === 'end-key' && told.status === 401) return undefined;
  return told.status < 300 ? 'yes' : 'no';
};

const operationOf = <Input>(done: Done, input: Input): Operation<Input, Verdict> => {
  const output = verdictOf(done);
  const { called, returned } = done;
  return { input, output, called, returned: output === undefined ? Number.POSITIVE_INFINITY : returned };
};

/** A read that was not answered tells nothing. */
const isWorthless = (done: Done): boolean =>
  verdictOf(done) === undefined && ['check', 'use-key', 'sign-in'].includes(done.deed.does);

function verdicts<State, Input>(
  what: string,
  model: Model<State, Input, Verdict>,
  operations: readonly Operation<Input, Verdict>[],
): string[] {
  const stuck = unexplained(model, operations);
  return stuck.length === 0
    ? []
    : [
        `${what}: no order explains ${stuck.map(({ input, output }) => JSON.stringify({ ...input, output })).join(', ')}`,
      ];
}

/** What is done with an object that the deed names. */
interface Use<Input> {
  readonly object: string;
  readonly input: Input;
}

const keyUse = (deed: Deed): Use<KeyInput> | undefined =>
  deed.does === 'use-key' || deed.does === 'end-key'
    ? { object: `key ${deed.key}`, input: { does: deed.does === 'use-key' ? 'use' : 'end' } }
    : undefined;

const codeUse = (deed: Deed): Use<{ readonly does: 'use' }> | undefined =>
  deed.does === 'redeem' ? { object: `code ${deed.code}`, input: { does: 'use' } } : undefined;

function objectFaults<Input>(
  history: readonly Done[],
  model: Model<boolean, Input, Verdict>,
  useOf: (deed: Deed) => Use<Input> | undefined,
): string[] {
  const uses = history.flatMap((done) => {
    const use = useOf(done.deed);
    return use === undefined || isWorthless(done) ? [] : [{ ...use, done }];
  });
  return Object.entries(Object.groupBy(uses, ({ object }) => object)).flatMap(([object, group = []]) =>
    verdicts(
      object,
      model,
      group.map(({ done, input }) => operationOf(done, input)),
    ),
  );
}

function accountFaults(history: readonly Done[]): string[] {
  const inputOf = ({ deed }: Done): AccountInput | undefined =>
    deed.does === 'sign-up' || deed.does === 'sign-in' || deed.does === 'change' ? deed : undefined;
  const groups = Object.groupBy(
    history.filter((done) => inputOf(done) !== undefined && !isWorthless(done)),
    ({ deed }) => ('email' in deed ? deed.email : ''),
  );
  return Object.entries(groups).flatMap(([email, group = []]) => {
    const accounts = new Set(group.flatMap(({ told }) => told?.account ?? []));
    return [
      ...(accounts.size > 1 ? [`account ${email}: answers are about ${[...accounts].join(' and ')}`] : []),
      ...verdicts(
        `account ${email}`,
        accountModel,
        group.flatMap((done) => {
          const input = inputOf(done);
          return input ? [operationOf(done, input)] : [];
        }),
      ),
    ];
  });
}

/** A budget is neither exceeded nor forgotten by a crash, and nobody is turned away before it is spent (I8). */
function guessFaults(history: readonly Done[]): string[] {
  const guesses = history.filter(({ deed }) => deed.does === 'guess');
  const groups = Object.groupBy(guesses, ({ deed }) => ('email' in deed ? deed.email : ''));
  return Object.entries(groups).flatMap(([email, group = []]) => {
    const count = (status: number | undefined): number =>
      group.filter(({ told }) => told?.status === status).length;
    const [looked, lost, turnedAway] = [count(401), count(undefined) + count(503), count(429)];
    return [
      ...(looked > guessBudget ? [`guesses at ${email}: ${looked} were looked at`] : []),
      ...(turnedAway > 0 && looked + lost < guessBudget
        ? [`guesses at ${email}: turned away after ${looked} and ${lost} that were lost`]
        : []),
    ];
  });
}

/** A session as its birth told it, and all that was done with it. */
function sessionFaults(history: readonly Done[]): string[] {
  const births = history.filter(isBirth).filter(({ standing }) => standing === undefined);
  const mayLose = history.some(({ standing }) => standing !== undefined);
  return births
    .filter(({ deed }) => deed.does === 'sign-in' || deed.does === 'change')
    .flatMap((birth) => {
      const session = birth.told?.session ?? '';
      const own = history.filter(({ deed }) => 'session' in deed && deed.session === session);
      const chain = chainOf(birth, own);
      const carrier =
        birth.deed.does === 'sign-in' ? birth.deed.carrier : carrierOf(birth.told?.access ?? '');
      const operations = own
        .filter((done) => done.standing !== 'lost' && !isWorthless(done))
        .map((done) => operationOf(done, inputIn(chain, done)));
      const model = sessionModel({ carrier, mayLose });
      return [
        ...chain.faults.map((fault) => `session ${session}: ${fault}`),
        ...strangers(birth, own).map((fault) => `session ${session}: ${fault}`),
        ...verdicts(`session ${session}`, model, [...operations, ...fallsOf(birth, history)]),
      ];
    });
}

const isBirth = ({ told }: Done): boolean => told?.session !== undefined && told.refresh !== undefined;

/** A session that was lost with its birth opens nothing any more. */
function revivedFaults(history: readonly Done[]): string[] {
  const lost = new Set(
    history.filter((done) => done.standing === 'lost' && isBirth(done)).map(({ told }) => told?.session),
  );
  return history.flatMap(({ deed, told, standing }) =>
    'session' in deed && lost.has(deed.session) && standing === undefined && (told?.status ?? 500) < 300
      ? [`session ${deed.session}: was lost, and ${deed.does} was let in`]
      : [],
  );
}

const carrierOf = (access: string): 'opaque' | 'jwt' => (access.startsWith('dw_') ? 'opaque' : 'jwt');

/** Every answer belongs to its caller (I9). */
const strangers = (birth: Done, own: readonly Done[]): string[] =>
  own.flatMap(({ deed, told }) =>
    deed.does === 'check' && told?.account !== undefined && told.account !== birth.told?.account
      ? [`an answer is about ${told.account}`]
      : [],
  );

interface Chain {
  /** The generation of every token of the session. */
  readonly generations: ReadonlyMap<string, number>;
  readonly faults: readonly string[];
}

/**
 * Follows the successors (I4): each member has one. Who was overtaken by others while they were served may be told a later
 * member of the same chain instead.
 */
function chainOf(birth: Done, own: readonly Done[]): Chain {
  const answers = new Map<string, Set<string>>();
  for (const { deed, told } of own)
    if (deed.does === 'refresh' && told?.refresh !== undefined)
      answers.set(deed.refresh, (answers.get(deed.refresh) ?? new Set()).add(told.refresh));
  const accessOf = new Map(
    own.flatMap(({ deed, told }) =>
      deed.does === 'refresh' && told?.refresh ? [[told.refresh, told.access]] : [],
    ),
  );
  const generations = new Map<string, number>();
  let member = birth.told?.refresh;
  generations.set(birth.told?.access ?? '', 0);
  for (let generation = 0; member !== undefined && !generations.has(member); generation += 1) {
    generations.set(member, generation);
    const access = accessOf.get(member);
    if (access !== undefined) generations.set(access, generation);
    member = directOf([...(answers.get(member) ?? [])], answers);
  }
  const faults = [...answers].flatMap(([shown, told]) =>
    [...told].every((one) => (generations.get(one) ?? -1) > (generations.get(shown) ?? -1))
      ? []
      : ['a member of its family has two successors'],
  );
  return { generations, faults };
}

/** Of the members that one was answered with, the one that leads to all others. */
const directOf = (
  told: readonly string[],
  answers: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined =>
  told.find((one) => told.every((other) => other === one || leadsTo(one, other, answers)));

function leadsTo(from: string, to: string, answers: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const seen = new Set([from]);
  for (const member of seen) for (const next of answers.get(member) ?? []) seen.add(next);
  return seen.has(to);
}

function inputIn({ generations }: Chain, { deed }: Done): SessionInput {
  if (deed.does === 'refresh') return { does: 'refresh', generation: generations.get(deed.refresh) ?? -1 };
  const access = 'access' in deed ? deed.access : '';
  return { does: deed.does === 'end' ? 'end' : 'check', generation: generations.get(access) ?? -1 };
}

/** Changes of the password take the sessions of before with them; those that began meanwhile may go or stay. */
function fallsOf(birth: Done, history: readonly Done[]): Operation<SessionInput, Verdict>[] {
  const { deed: born } = birth;
  return history.flatMap((done) => {
    const { deed } = done;
    if (
      done.standing === 'lost' ||
      deed.does !== 'change' ||
      done === birth ||
      !('email' in born) ||
      deed.email !== born.email
    )
      return [];
    const operation = operationOf(done, { does: 'fall' } as const);
    if (operation.output === 'no' || operation.returned < birth.called) return [];
    const isSure = operation.output === 'yes' && operation.called > birth.returned;
    return [isSure ? operation : { ...operation, output: undefined, returned: Number.POSITIVE_INFINITY }];
  });
}
