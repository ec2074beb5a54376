/** A database as an older program has left it, in words that both kinds take. */
import { hash } from 'node:crypto';
import { expect } from 'vitest';
import type { Reads } from '../../src/domain/store.ts';
import { familyGrant } from '../../src/store/conformance/oauth-samples.ts';
import { family, id } from '../../src/store/conformance/samples.ts';
import { migrations } from '../../src/store/migrate.ts';

/** Makes the schema of the first so many migrations. */
export const olderSchema = (last: number): readonly string[] => [
  'CREATE TABLE migrations (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, run_at BIGINT NOT NULL)',
  ...migrations
    .slice(0, last)
    .flatMap(({ number, name, sql }) => [
      ...sql.split(';').filter((statement) => statement.trim() !== ''),
      `INSERT INTO migrations VALUES (${number}, '${name}', '${hash('sha256', sql)}', 1)`,
    ]),
];

const list = (values: readonly (string | number)[]): string =>
  values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))).join(', ');

const familyColumns = `id, session_id, generation, digest, prior_digest, rotated_at, access_digest, access_expires_at,
  prior_access_digest, prior_access_expires_at, client_id`;

const grantColumns = `id, scopes, resources, claims, dpop_thumbprint, format, proven_at, amr, access_scopes, access_resources,
  access_dpop_thumbprint, prior_access_scopes, prior_access_resources, prior_access_dpop_thumbprint`;

/** Somebody who is signed in: the first family is of our own carriers, the eleventh of a client, as the twelfth migration has them. */
export function olderFamilies(now: number): readonly string[] {
  const rows = [
    { ...family(1, now), clientId: '' },
    { ...family(11, now), clientId: id(1) },
  ];
  const { access, priorAccess, ...grant } = familyGrant(11);
  const terms = [access, priorAccess].flatMap(({ scopes, resources, dpopThumbprint }) => [
    scopes.join(' '),
    resources.join(' '),
    dpopThumbprint,
  ]);
  const { scopes, resources, claims, dpopThumbprint, format, provenAt, amr } = grant;
  const given = [scopes.join(' '), resources.join(' '), claims, dpopThumbprint, format, provenAt, amr];
  return [
    `INSERT INTO accounts (id, name, name_folded, status, roles, created_at, updated_at) VALUES (${list([id(1), '', '', 'active', '', now, now])})`,
    `INSERT INTO sessions (id, account_id, carrier, handle_digest, amr, proven_at, created_at, seen_at, expires_at, network,
      client_name, ended_at, ended_by, ended_reason)
      VALUES (${list([id(1), id(1), 'opaque', '', 'pwd', now, now, now, now + 9999, '', '', 0, '', ''])})`,
    ...rows.map(
      (one) =>
        `INSERT INTO families (${familyColumns}) VALUES (${list([one.id, id(1), one.generation, one.digest, one.priorDigest, one.rotatedAt, one.accessDigest, one.accessExpiresAt, one.priorAccessDigest, one.priorAccessExpiresAt, one.clientId])})`,
    ),
    `INSERT INTO family_grants (${grantColumns}) VALUES (${list([id(11), ...given, ...terms])})`,
  ];
}

/** Expects both families as they were written. */
export async function expectOlderFamilies({ families, familyGrants }: Reads, now: number): Promise<void> {
  expect(await families.find(id(1))).toMatchObject({ ...family(1, now), clientId: '' });
  expect(await families.find(id(11))).toMatchObject({
    ...family(11, now),
    sessionId: id(1),
    clientId: id(1),
  });
  expect(await familyGrants.find(id(1))).toBeUndefined();
  expect(await familyGrants.find(id(11))).toEqual(familyGrant(11));
}
