import type { Clock } from '../../base/clock.ts';
import type { ProviderSettings } from './providers.ts';

/** What the way to the providers is made of. */
export interface UpstreamParts {
  readonly providers: readonly ProviderSettings[];
  readonly clock: Clock;
  /** The issuer of this server: where the providers send people back to. */
  readonly issuer: string;
  /** Places to which the rules of the outgoing gate do not apply. */
  readonly outgoingAllow: readonly string[];
}

/** The address at which a provider gives people back; every provider has its own (RFC 9700 §4.4.2.2). */
export const returnAddress = (issuer: string, provider: string): string =>
  `${issuer}/sign-in/from/${provider}`;
