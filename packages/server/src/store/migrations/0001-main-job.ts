import type { Migration } from './migration.ts';

/**
 * The first schema. Types are Postgres's names; the embedded driver says them in its own words. Times are
 * milliseconds since 1970, empty text and 0 stand for "not yet".
 */
export const mainJob: Migration = {
  number: 1,
  name: 'main job',
  sql: `
CREATE TABLE accounts (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  name_folded TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'disabled')),
  roles TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE TABLE identifiers (
  canonical TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('email', 'username')),
  typed TEXT NOT NULL
);
CREATE UNIQUE INDEX identifiers_of_account ON identifiers (account_id, kind);
CREATE TABLE passwords (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  phc TEXT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE TABLE roles (
  name TEXT NOT NULL PRIMARY KEY,
  permissions TEXT NOT NULL
);
CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  carrier TEXT NOT NULL,
  handle_digest TEXT NOT NULL,
  amr TEXT NOT NULL,
  proven_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  network TEXT NOT NULL,
  client_name TEXT NOT NULL,
  ended_at BIGINT NOT NULL,
  ended_by TEXT NOT NULL,
  ended_reason TEXT NOT NULL
);
CREATE INDEX sessions_of_account ON sessions (account_id, ended_at);
CREATE INDEX sessions_by_end ON sessions (ended_at) WHERE ended_at > 0;
CREATE INDEX sessions_by_use ON sessions (seen_at) WHERE ended_at = 0;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE TABLE families (
  id TEXT NOT NULL PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  generation BIGINT NOT NULL,
  digest TEXT NOT NULL,
  prior_digest TEXT NOT NULL,
  rotated_at BIGINT NOT NULL,
  access_digest TEXT NOT NULL,
  access_expires_at BIGINT NOT NULL,
  prior_access_digest TEXT NOT NULL,
  prior_access_expires_at BIGINT NOT NULL
);
CREATE INDEX families_of_session ON families (session_id);
CREATE TABLE api_keys (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  hint TEXT NOT NULL,
  scopes TEXT NOT NULL,
  digest TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL
);
CREATE INDEX api_keys_of_account ON api_keys (account_id);
CREATE INDEX api_keys_by_expiry ON api_keys (expires_at);
CREATE TABLE budgets (
  key TEXT NOT NULL PRIMARY KEY,
  used BIGINT NOT NULL,
  resets_at BIGINT NOT NULL
);
CREATE INDEX budgets_by_reset ON budgets (resets_at);
CREATE TABLE events (
  seq BIGINT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  type TEXT NOT NULL,
  account_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  network TEXT NOT NULL,
  data TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX events_of_account ON events (account_id, seq);
CREATE TABLE event_chain (
  id BIGINT NOT NULL PRIMARY KEY,
  seq BIGINT NOT NULL,
  hash TEXT NOT NULL,
  anchor_seq BIGINT NOT NULL,
  anchor_hash TEXT NOT NULL
);
INSERT INTO event_chain (id, seq, hash, anchor_seq, anchor_hash)
VALUES (1, 0, '${'0'.repeat(64)}', 0, '${'0'.repeat(64)}');
CREATE TABLE signing_keys (
  kid TEXT NOT NULL PRIMARY KEY,
  algorithm TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('next', 'active', 'retired')),
  public_jwk TEXT NOT NULL,
  sealed_private BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  active_at BIGINT NOT NULL,
  retired_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX signing_keys_in_use ON signing_keys (state) WHERE state <> 'retired';
CREATE TABLE revocations (
  seq BIGINT NOT NULL PRIMARY KEY,
  session_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX revocations_by_expiry ON revocations (expires_at, seq);
CREATE TABLE revocation_feed (
  id BIGINT NOT NULL PRIMARY KEY,
  seq BIGINT NOT NULL,
  collected BIGINT NOT NULL
);
INSERT INTO revocation_feed (id, seq, collected) VALUES (1, 0, 0);
CREATE TABLE set_ups (
  slot BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  digest TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
INSERT INTO roles (name, permissions) VALUES ('admin',
  'doorward:accounts:read doorward:accounts:write doorward:decisions:read doorward:events:read doorward:keys:read doorward:keys:write doorward:metrics:read doorward:roles:read doorward:roles:write doorward:sessions:read doorward:sessions:write doorward:stats:read');
`,
};
