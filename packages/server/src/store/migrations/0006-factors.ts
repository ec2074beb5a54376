import type { Migration } from './migration.ts';

/** Second factors and passkeys, browsers that are remembered after one, and what a role demands. */
export const factors: Migration = {
  number: 6,
  name: 'factors',
  sql: `
ALTER TABLE roles ADD COLUMN requires TEXT NOT NULL DEFAULT 'nothing';
CREATE TABLE totps (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  sealed_secret BYTEA NOT NULL,
  last_step BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL
);
CREATE TABLE totp_drafts (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  sealed_secret BYTEA NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX totp_drafts_by_expiry ON totp_drafts (expires_at);
CREATE TABLE recovery_codes (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  digest TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, digest)
);
CREATE TABLE passkeys (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  credential_id TEXT NOT NULL,
  public_key BYTEA NOT NULL,
  counter BIGINT NOT NULL,
  transports TEXT NOT NULL,
  aaguid TEXT NOT NULL,
  backup_eligible BIGINT NOT NULL,
  backed_up BIGINT NOT NULL,
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX passkeys_by_credential ON passkeys (credential_id);
CREATE INDEX passkeys_of_account ON passkeys (account_id);
CREATE TABLE remembered_devices (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  digest TEXT NOT NULL,
  network TEXT NOT NULL,
  client_name TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX remembered_devices_of_account ON remembered_devices (account_id);
CREATE INDEX remembered_devices_by_expiry ON remembered_devices (expires_at);
`,
};
