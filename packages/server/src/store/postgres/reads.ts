/**
 * Reads in groups: what was asked for while another group was under way travels together. Searches by an id become one
 * search for many, which is what makes a session check cheap over a network.
 */
import { gather } from '../gather.ts';
import { noWriting } from '../group-read.ts';
import { type Following, integer, type Sql, type SqlRow } from '../sql.ts';
import { type Answer, type SentStatement, second, travelling } from './batch.ts';
import { forMany, manyIds, spoken } from './dialect.ts';
import { ConnectionLost, remedyOf } from './faults.ts';
import type { Pool } from './pool.ts';
import { repeatedly } from './repeat.ts';
import { createSayings } from './writer.ts';

/** One statement of a group, and whom to answer. */
interface Search {
  readonly statement: SentStatement;
  answer(answer: Answer): void;
  refuse(reason: unknown): void;
}

/** Those who ask for rows by their ids with one statement. */
interface Many {
  readonly text: string;
  /** By id, whoever waits for its row. */
  readonly waiting: Map<string, Waiting[]>;
}

interface Waiting {
  readonly resolve: (row: SqlRow | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/** As many wait for each other at most. */
const groupSize = 256;

/** Makes reading over a pool of so many connections. */
export function createReads(pool: Pool, connections: number): Sql {
  const said = createSayings(spoken);
  const searches = createSayings(forMany);
  const followings = createFollowings();
  const part = createParting();
  const { ask, find } = createGroups(pool, connections);
  return {
    get: async (text, ...values) => {
      const [id, ...others] = values;
      if (others.length === 0 && typeof id === 'string' && byId(text)) return find(searches(text), id);
      return (await ask({ text: said(text), values: travelling(values) })).rows[0];
    },
    all: async (text, ...values) => (await ask({ text: said(text), values: travelling(values) })).rows,
    find: (text, id) => find(searches(text), id),
    follow: async (text, id, next) => {
      const row = await find(followings(text, next), id);
      return row && part(row);
    },
    run: noWriting,
    append: noWriting,
  };
}

/** A search for one row by its id and nothing else: many of them are one search, also where they join. */
const byId = (text: string): boolean => /^[^?]*\bWHERE (?:\w+\.)?id = \?$/.test(text);

/** Asks in groups. */
interface Groups {
  ask(statement: SentStatement): Promise<Answer>;
  /** The row of one id, by a search for many. */
  find(text: string, id: string): Promise<SqlRow | undefined>;
}

function createGroups(pool: Pool, connections: number): Groups {
  let asked = 0;
  let underWay = 0;
  let single: Search[] = [];
  let many = new Map<string, Many>();
  const leave = (): void => {
    if (asked === 0) return;
    const group = [...single, ...[...many.values()].map(searchForMany)];
    asked = 0;
    single = [];
    many = new Map();
    underWay += 1;
    void send(pool, group).then(arrived);
  };
  const wake = (): void => gather(() => asked, groupSize, leave);
  const arrived = (): void => {
    underWay -= 1;
    if (asked > 0) wake();
  };
  const join = (): void => {
    asked += 1;
    // Who comes while all connections are busy waits for the first that is free, together with all others.
    if (asked === 1 && underWay < connections) wake();
  };
  return {
    ask: (statement) =>
      new Promise((answer, refuse) => {
        single.push({ statement, answer, refuse });
        join();
      }),
    find: (text, id) =>
      new Promise((resolve, reject) => {
        travelling([id]);
        const group = many.get(text) ?? { text, waiting: new Map<string, Waiting[]>() };
        many.set(text, group);
        const waiting = group.waiting.get(id);
        if (waiting) waiting.push({ resolve, reject });
        else group.waiting.set(id, [{ resolve, reject }]);
        join();
      }),
  };
}

/** Remembers searches that go from one row to another. */
function createFollowings(): (text: string, next: Following) => string {
  const known = new Map<string, Map<string, string>>();
  return (text, next) => {
    const ofText = known.get(text) ?? new Map<string, string>();
    known.set(text, ofText);
    const search = ofText.get(next.sql) ?? forMany(text, next);
    ofText.set(next.sql, search);
    return search;
  };
}

function searchForMany({ text, waiting }: Many): Search {
  const ids = [...waiting.keys()];
  return {
    statement: { text, values: [manyIds(ids)] },
    answer: ({ rows }) => {
      for (const row of rows) {
        const id = ids[integer(row, 'place') - 1] ?? '';
        for (const { resolve } of waiting.get(id) ?? []) resolve(row);
        waiting.delete(id);
      }
      for (const missing of waiting.values()) for (const { resolve } of missing) resolve(undefined);
    },
    refuse: (reason) => {
      for (const all of waiting.values()) for (const { reject } of all) reject(reason);
    },
  };
}

async function send(pool: Pool, group: readonly Search[]): Promise<void> {
  try {
    const answers = await repeatedly(() =>
      pool.use((connection) => connection.send(group.map(({ statement }) => statement))),
    );
    group.forEach(({ answer, refuse }, place) => {
      const one = answers[place];
      if (one) answer(one);
      else refuse(new ConnectionLost('an answer is missing'));
    });
  } catch (thrown) {
    const [first, ...others] = group;
    // One that is refused keeps those behind it from being answered: each is asked alone.
    if (others.length > 0 && !remedyOf(thrown)) for (const one of group) void send(pool, [one]);
    else for (const { refuse } of first ? [first, ...others] : []) refuse(thrown);
  }
}

/** Parts a row that was put together of two. What either needs to know of its columns is made once a statement. */
function createParting(): (row: SqlRow) => readonly [SqlRow, SqlRow] {
  const known = new WeakMap<SqlRow['places'], SqlRow['places']>();
  return (row) => {
    const { values, places: all } = row;
    const places = known.get(all) ?? new Map([...all].flatMap(([name, place]) => ofSecond(name, place)));
    known.set(all, places);
    return [row, { values, places }];
  };
}

const ofSecond = (name: string, place: number): [string, number][] =>
  name.startsWith(second) ? [[name.slice(second.length), place]] : [];
