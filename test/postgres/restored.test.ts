/** A dump that was restored: nothing that it holds opens a door before its new epoch has begun. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { apiKey, type Person, person, statusOf } from '../journeys/cast.ts';
import { askTokens, codeFor, pkce, program } from '../journeys/oauth/cast.ts';
import { callback, type TestClient } from '../kit/clients.ts';
import { queryAt } from '../kit/postgres.ts';
import { type Ended, runProcess } from '../kit/process.ts';
import { type Serving, serveHandler } from '../kit/serving.ts';
import { signIn, visit } from '../kit/visitor.ts';
import { freshDatabase } from './databases.ts';

const masterKey = Buffer.alloc(32, 9).toString('base64url');

/** Serves from a database, without a process of its own. */
async function serveFrom(databaseUrl: string): Promise<Serving> {
  const serving = await serveHandler({ lightHashing: true, settings: { databaseUrl, masterKey } });
  onTestFinished(serving.close);
  return serving;
}

/** What an API key opens. */
const ofKey = async (serving: Serving, bearer: string): Promise<number> =>
  (await visit(serving, { program: true }).ask('GET', '/api/v1/account', { bearer })).status;

/** What pg_dump and pg_restore do: rows into tables that were made anew. */
async function dumpInto(target: string, source: string): Promise<void> {
  const [made] = await queryAt(target, "SELECT to_regclass('accounts') AS accounts");
  if (made?.['accounts'] === null)
    await (await serveHandler({ settings: { databaseUrl: target, masterKey } })).close();
  const tables = await queryAt(
    source,
    "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'",
  );
  const statements: string[] = ['SET session_replication_role = replica'];
  for (const name of tables.map((row) => String(row['name']))) {
    const [row] = await queryAt(source, `SELECT COALESCE(json_agg(t), '[]')::text AS rows FROM ${name} t`);
    const rows = String(row?.['rows']).replaceAll("'", "''");
    statements.push(
      `DELETE FROM ${name}`,
      `INSERT INTO ${name} SELECT * FROM json_populate_recordset(NULL::${name}, '${rows}')`,
    );
  }
  await queryAt(target, statements.join(';\n'));
}

function command(address: string): (...args: readonly string[]) => Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'doorward-restored-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const environment = { DATABASE_URL: address, DOORWARD_MASTER_KEY: masterKey };
  return (...args) => runProcess([...args, '--data-folder', folder], { environment });
}

describe('after pg_restore', () => {
  let source: string;
  let target: string;
  let before: Serving;
  let ada: Person;
  let key: { id: string; text: string };
  let app: TestClient;
  beforeEach(async () => {
    source = await freshDatabase();
    target = await freshDatabase('nothing');
    before = await serveFrom(source);
    ada = await person(before, 'ada');
    key = await apiKey(ada, ['account:read']);
    app = await program(before, { accessTokenFormat: 'opaque' });
    await askTokens(before, { fields: { grant_type: 'client_credentials' }, as: app });
    await dumpInto(target, source);
  });

  test('no process serves, and the message says what to do', async () => {
    await expect(serveFrom(target)).rejects.toThrow(/restored from a dump.*doorward restored/);
    const listed = await command(target)('accounts', 'list');
    expect([listed.code, listed.stderr]).toEqual([1, expect.stringContaining('doorward restored')]);
    // Where it was dumped from nothing has changed.
    expect(await statusOf(before, ada.access)).toBe(200);
  });

  test('the new epoch refuses every token of before, and accounts are as they were', async () => {
    const { verifier, challenge } = pkce();
    const code = await codeFor(before, app, { session: ada.session, codeChallenge: challenge });
    await dumpInto(target, source);
    const { code: exit, stdout, stderr } = await command(target)('restored');
    expect([exit, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/can be served from\.[^]*all API keys were ended \(1\)/);
    const after = await serveFrom(target);
    expect(await statusOf(after, ada.access)).toBe(401);
    expect(await ofKey(after, key.text)).toBe(401);
    const refreshed = await visit(after, { program: true }).ask('POST', '/api/v1/tokens/refresh', {
      body: { refresh_token: ada.refresh },
    });
    expect(refreshed.status).toBe(401);
    const fields = {
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: callback,
    };
    expect((await askTokens(after, { fields, as: app })).status).toBe(401);
    const { rows } = { rows: await after.assembly.ports.store.rowCounts() };
    expect([rows['client_tokens'], rows['codes'], rows['api_keys']]).toEqual([0, 0, 0]);
    await signIn(visit(after), ada.email);
  });

  test('what the replaced database can still tell of is taken away, and no more', async () => {
    const second = await apiKey(ada, ['account:read']);
    await dumpInto(target, source);
    await ada.ask('DELETE', `/api/v1/account/api-keys/${key.id}`);
    const { code, stdout, stderr } = await command(target)('restored', '--replaced', source, '--json');
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ taken_away: { sessions: 1, api_keys: 1, client_secrets: 0 } });
    const after = await serveFrom(target);
    expect(await ofKey(after, key.text)).toBe(401);
    expect(await ofKey(after, second.text)).toBe(200);
    expect((await askTokens(after, { fields: { grant_type: 'client_credentials' }, as: app })).status).toBe(
      200,
    );
  });

  test('a whole copy of a database from which nobody serves may be taken as it is, by a name that can be searched for', async () => {
    expect((await command(target)('restored', '--dangerously-keep')).stdout).toBe(
      'Nothing was taken away.\n',
    );
    expect(await statusOf(await serveFrom(target), ada.access)).toBe(200);
  });

  test('a database of another program, or one that was changed, gets no epoch', async () => {
    const empty = await freshDatabase();
    const never = await command(empty)('restored');
    expect([never.code, never.stderr]).toEqual([1, expect.stringContaining('holds no events')]);
    await queryAt(target, "UPDATE events SET actor = 'somebody else' WHERE seq = 2");
    const changed = await command(target)('restored');
    expect([changed.code, changed.stderr]).toEqual([1, expect.stringContaining('were changed at number 2')]);
    await expect(serveFrom(target)).rejects.toThrow(/restored from a dump/);
  });
});

test('restored is for Postgres: a folder is restored by another command', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'doorward-restored-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { code, stderr } = await runProcess(['restored', '--data-folder', folder]);
  expect([code, stderr]).toEqual([1, expect.stringContaining('doorward restore <file>')]);
});
