/** Secrets of the tests: made anew for every run. */
import { randomBytes } from 'node:crypto';

/** What the shop needs to start. */
export const secrets = {
  TOKEN_SECRET: randomBytes(32).toString('base64url'),
  ENCRYPTION_KEY: randomBytes(32).toString('base64url'),
};
