import type { Migration } from './migration.ts';

/**
 * What a family of a client was given for stands in its row: whoever writes one writes the other. It is empty in those of our
 * own carriers. A code gives its id to the family that it begins, and needs no other mark; those that were redeemed before are
 * forgotten. Families are written more often than they are searched, so their rows stand in the order of their birth and
 * indexes stay small: `PRIMARY KEY` is a line of its own, by which the embedded driver knows that (`sqlite.ts`).
 */
export const grantsInFamilies: Migration = {
  number: 13,
  name: 'grants in families',
  sql: `
CREATE TABLE families_and_grants (
  id TEXT NOT NULL,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  client_id TEXT NOT NULL DEFAULT '',
  generation BIGINT NOT NULL,
  digest TEXT NOT NULL,
  prior_digest TEXT NOT NULL,
  rotated_at BIGINT NOT NULL,
  access_digest TEXT NOT NULL,
  access_expires_at BIGINT NOT NULL,
  prior_access_digest TEXT NOT NULL,
  prior_access_expires_at BIGINT NOT NULL,
  scopes TEXT NOT NULL DEFAULT '',
  resources TEXT NOT NULL DEFAULT '',
  claims TEXT NOT NULL DEFAULT '',
  dpop_thumbprint TEXT NOT NULL DEFAULT '',
  format TEXT NOT NULL DEFAULT '' CHECK (format IN ('', 'jwt', 'opaque')),
  proven_at BIGINT NOT NULL DEFAULT 0,
  amr TEXT NOT NULL DEFAULT '',
  access_scopes TEXT NOT NULL DEFAULT '',
  access_resources TEXT NOT NULL DEFAULT '',
  access_dpop_thumbprint TEXT NOT NULL DEFAULT '',
  prior_access_scopes TEXT NOT NULL DEFAULT '',
  prior_access_resources TEXT NOT NULL DEFAULT '',
  prior_access_dpop_thumbprint TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (id)
);
INSERT INTO families_and_grants (id, session_id, client_id, generation, digest, prior_digest, rotated_at, access_digest,
  access_expires_at, prior_access_digest, prior_access_expires_at, scopes, resources, claims, dpop_thumbprint, format,
  proven_at, amr, access_scopes, access_resources, access_dpop_thumbprint, prior_access_scopes, prior_access_resources,
  prior_access_dpop_thumbprint)
  SELECT f.id, f.session_id, f.client_id, f.generation, f.digest, f.prior_digest, f.rotated_at, f.access_digest,
    f.access_expires_at, f.prior_access_digest, f.prior_access_expires_at, COALESCE(g.scopes, ''),
    COALESCE(g.resources, ''), COALESCE(g.claims, ''), COALESCE(g.dpop_thumbprint, ''), COALESCE(g.format, ''),
    COALESCE(g.proven_at, 0), COALESCE(g.amr, ''), COALESCE(g.access_scopes, ''), COALESCE(g.access_resources, ''),
    COALESCE(g.access_dpop_thumbprint, ''), COALESCE(g.prior_access_scopes, ''), COALESCE(g.prior_access_resources, ''),
    COALESCE(g.prior_access_dpop_thumbprint, '')
  FROM families f LEFT JOIN family_grants g ON g.id = f.id ORDER BY f.id;
DROP TABLE family_grants;
DROP TABLE families;
ALTER TABLE families_and_grants RENAME TO families;
DELETE FROM codes WHERE family_id <> '';
ALTER TABLE codes DROP COLUMN family_id;
CREATE INDEX families_of_session ON families (session_id);
CREATE INDEX families_of_client ON families (client_id) WHERE client_id <> '';
CREATE INDEX families_of_clients_by_use ON families (rotated_at) WHERE client_id <> '';
CREATE INDEX families_without_refresh ON families (access_expires_at) WHERE client_id <> '' AND digest = '';
`,
};
