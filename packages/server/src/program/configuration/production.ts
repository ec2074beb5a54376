/** What these settings are for: people, or a developer on a machine of their own. */
import { isLoopback } from '../../base/loopback.ts';
import type { Configuration } from './configuration.ts';

/** Whether people depend on this server. A developer's machine has an issuer of plain http, which none other may have. */
export const isProduction = ({ production, issuer }: Pick<Configuration, 'production' | 'issuer'>): boolean =>
  production === 'yes' || (issuer?.startsWith('https:') ?? false);

/** Whether the tools of developers exist: never where people depend on it, and never where other machines could reach them. */
export const hasDevTools = (values: Pick<Configuration, 'production' | 'issuer' | 'host'>): boolean =>
  !isProduction(values) && isLoopback(values.host);
