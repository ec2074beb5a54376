import type { Migration } from './migration.ts';

/**
 * OAuth and OpenID Connect. What lives for minutes names its client and session without a foreign key: it is refused when
 * they are gone, and expires by itself.
 */
export const oauth: Migration = {
  number: 2,
  name: 'oauth',
  sql: `
CREATE TABLE clients (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'disabled')),
  settings TEXT NOT NULL,
  registration_digest TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE TABLE client_origins (
  origin TEXT NOT NULL,
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  PRIMARY KEY (origin, client_id)
);
CREATE INDEX client_origins_of_client ON client_origins (client_id);
CREATE TABLE client_secrets (
  id TEXT NOT NULL PRIMARY KEY,
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  digest TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX client_secrets_of_client ON client_secrets (client_id);
CREATE INDEX client_secrets_by_expiry ON client_secrets (expires_at) WHERE expires_at > 0;
CREATE TABLE registration_tokens (
  id TEXT NOT NULL PRIMARY KEY,
  digest TEXT NOT NULL,
  uses BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX registration_tokens_by_expiry ON registration_tokens (expires_at);
CREATE TABLE authorizations (
  id TEXT NOT NULL PRIMARY KEY,
  digest TEXT NOT NULL,
  client_id TEXT NOT NULL,
  request TEXT NOT NULL,
  pushed BIGINT NOT NULL CHECK (pushed IN (0, 1)),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX authorizations_by_expiry ON authorizations (expires_at);
CREATE TABLE codes (
  id TEXT NOT NULL PRIMARY KEY,
  digest TEXT NOT NULL,
  client_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  redirect_uri_given BIGINT NOT NULL CHECK (redirect_uri_given IN (0, 1)),
  code_challenge TEXT NOT NULL,
  scopes TEXT NOT NULL,
  nonce TEXT NOT NULL,
  resources TEXT NOT NULL,
  claims TEXT NOT NULL,
  dpop_thumbprint TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  family_id TEXT NOT NULL
);
CREATE INDEX codes_by_expiry ON codes (expires_at);
CREATE TABLE grants (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  scopes TEXT NOT NULL,
  resources TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, client_id)
);
CREATE INDEX grants_of_client ON grants (client_id);
ALTER TABLE families ADD COLUMN client_id TEXT NOT NULL DEFAULT '';
CREATE INDEX families_of_client ON families (client_id) WHERE client_id <> '';
CREATE INDEX families_of_clients_by_use ON families (rotated_at) WHERE client_id <> '';
CREATE INDEX families_without_refresh ON families (access_expires_at) WHERE client_id <> '' AND digest = '';
CREATE TABLE family_grants (
  id TEXT NOT NULL PRIMARY KEY REFERENCES families (id) ON DELETE CASCADE,
  scopes TEXT NOT NULL,
  resources TEXT NOT NULL,
  claims TEXT NOT NULL,
  dpop_thumbprint TEXT NOT NULL,
  format TEXT NOT NULL CHECK (format IN ('jwt', 'opaque')),
  access_scopes TEXT NOT NULL,
  access_resources TEXT NOT NULL,
  access_dpop_thumbprint TEXT NOT NULL,
  prior_access_scopes TEXT NOT NULL,
  prior_access_resources TEXT NOT NULL,
  prior_access_dpop_thumbprint TEXT NOT NULL
);
CREATE TABLE session_clients (
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  PRIMARY KEY (session_id, client_id)
);
CREATE INDEX session_clients_of_client ON session_clients (client_id);
CREATE TABLE device_authorizations (
  id TEXT NOT NULL PRIMARY KEY,
  digest TEXT NOT NULL,
  user_code TEXT NOT NULL UNIQUE,
  client_id TEXT NOT NULL,
  scopes TEXT NOT NULL,
  resources TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'allowed', 'refused')),
  session_id TEXT NOT NULL,
  interval_seconds BIGINT NOT NULL,
  polled_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX device_authorizations_by_expiry ON device_authorizations (expires_at);
CREATE TABLE client_tokens (
  id TEXT NOT NULL PRIMARY KEY,
  digest TEXT NOT NULL,
  client_id TEXT NOT NULL,
  scopes TEXT NOT NULL,
  resources TEXT NOT NULL,
  dpop_thumbprint TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX client_tokens_by_expiry ON client_tokens (expires_at);
CREATE TABLE identities (
  id TEXT NOT NULL PRIMARY KEY,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX identities_of_subject ON identities (issuer, subject);
CREATE INDEX identities_of_account ON identities (account_id);
CREATE TABLE sign_out_notices (
  id TEXT NOT NULL PRIMARY KEY,
  client_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX sign_out_notices_by_next ON sign_out_notices (next_at);
CREATE INDEX sign_out_notices_by_birth ON sign_out_notices (created_at);
CREATE TABLE replays (
  key TEXT NOT NULL PRIMARY KEY,
  expires_at BIGINT NOT NULL
);
CREATE INDEX replays_by_expiry ON replays (expires_at);
UPDATE roles SET permissions = replace(permissions, 'doorward:accounts:write', 'doorward:accounts:write doorward:clients:read doorward:clients:write')
  WHERE name = 'admin';
`,
};
