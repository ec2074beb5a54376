/** The tables of better-auth. */
import type { BetterAuthOptions } from 'better-auth';

export function getMigrations(options: BetterAuthOptions): Promise<{ runMigrations(): Promise<void> }>;
