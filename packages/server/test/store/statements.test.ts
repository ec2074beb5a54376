import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import { storeConformance } from '../../src/store/conformance/conformance.ts';
import { openSqlite } from '../../src/store/sqlite/sqlite.ts';
import { freshDatabase, now } from './folder.ts';

/** Tables that grow with use, by the names that statements give them. */
const growing: Readonly<Record<string, string>> = {
  accounts: 'accounts',
  a: 'accounts',
  identifiers: 'identifiers',
  i: 'identifiers',
  passwords: 'passwords',
  sessions: 'sessions',
  s: 'sessions',
  families: 'families',
  f: 'families',
  budgets: 'budgets',
  events: 'events',
  revocations: 'revocations',
  api_keys: 'api_keys',
  k: 'api_keys',
  clients: 'clients',
  c: 'clients',
  client_origins: 'client_origins',
  o: 'client_origins',
  client_secrets: 'client_secrets',
  registration_tokens: 'registration_tokens',
  authorizations: 'authorizations',
  codes: 'codes',
  grants: 'grants',
  session_clients: 'session_clients',
  device_authorizations: 'device_authorizations',
  client_tokens: 'client_tokens',
  identities: 'identities',
  sign_out_notices: 'sign_out_notices',
  replays: 'replays',
  mails: 'mails',
  mail_tickets: 'mail_tickets',
  attempts: 'attempts',
};

/** Statements that may walk a whole table, and why. */
const allowed: readonly { readonly statement: RegExp; readonly why: string }[] = [
  { statement: /^SELECT COUNT\(\*\) AS n FROM \w+$/, why: 'rowCounts, asked by the operator' },
  { statement: /^SELECT status, COUNT\(\*\)/, why: 'statistics, asked by the operator' },
  {
    statement: /^SELECT id FROM accounts WHERE REPLACE/,
    why: 'whether a role is held, asked when one is deleted',
  },
  {
    statement: /^SELECT seq, at, hash FROM events ORDER BY seq LIMIT \?$/,
    why: 'reads the first rows alone',
  },
];

async function statementsOfTheSuite(): Promise<string[]> {
  const recorder = vi.spyOn(DatabaseSync.prototype, 'prepare');
  try {
    for (const { run } of storeConformance) {
      const path = freshDatabase();
      await run({ open: () => openSqlite({ path, now }), now });
    }
    const texts = recorder.mock.calls.map(([text]) => text);
    return [...new Set(texts)].filter((text) => /^(?:SELECT|INSERT|UPDATE|DELETE)\b/.test(text));
  } finally {
    recorder.mockRestore();
  }
}

function scansOf(database: DatabaseSync, statement: string): string[] {
  const plan = database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all();
  return plan.flatMap(({ detail }) => {
    const table = growing[/^SCAN (\w+)/.exec(String(detail))?.[1] ?? ''];
    return table === undefined ? [] : [`${table}: ${statement}`];
  });
}

test('no statement walks a whole table that grows, but for the named ones', async () => {
  const statements = await statementsOfTheSuite();
  const path = freshDatabase();
  await (await openSqlite({ path, now })).close();
  const database = new DatabaseSync(path);
  const scans = statements.flatMap((statement) => scansOf(database, statement));
  database.close();

  const isAllowed = (scan: string): boolean =>
    allowed.some(({ statement }) => statement.test(scan.replace(/^\w+: /, '')));
  expect(scans.filter((scan) => !isAllowed(scan))).toEqual([]);
  // The suite reaches every noun, or this would prove little.
  const unreached = Object.values(growing).filter(
    (table) => !statements.some((text) => text.includes(` ${table} `)),
  );
  expect(unreached).toEqual([]);
  expect(allowed.filter(({ statement }) => !statements.some((text) => statement.test(text)))).toEqual([]);
});
