/** What benches use of better-auth, which is installed apart. */
import type { DatabaseSync } from 'node:sqlite';

/** What it is told. */
export interface BetterAuthOptions {
  readonly database: DatabaseSync;
  readonly baseURL: string;
  readonly secret: string;
  readonly emailAndPassword: { readonly enabled: boolean };
  readonly rateLimit: { readonly enabled: boolean };
  readonly telemetry: { readonly enabled: boolean };
  readonly logger: { readonly disabled: boolean };
}

/** A server of it. */
export interface Auth {
  handler(request: Request): Promise<Response>;
}

export function betterAuth(options: BetterAuthOptions): Auth;
