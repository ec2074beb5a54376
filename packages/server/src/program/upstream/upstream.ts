/**
 * The door to the outside providers. Most servers have none, so what speaks with them is loaded at the first attempt.
 */
import type { Upstream } from '../../domain/upstream/upstream.ts';
import type { ProviderSettings } from './providers.ts';
import type { UpstreamParts } from './upstream-parts.ts';

/** Makes the way to the providers. */
export function createUpstream(parts: UpstreamParts): Upstream {
  let client: Promise<Pick<Upstream, 'addressOf' | 'redeem'>> | undefined;
  const open = () =>
    (client ??= import('./upstream-client.ts').then(({ createUpstreamClient }) =>
      createUpstreamClient(parts),
    ));
  return {
    providers: parts.providers.map(({ name, title }) => ({ name, title })),
    trusts: (issuer) => parts.providers.some((provider) => vouches(provider, issuer)),
    addressOf: async (provider, secrets) => (await open()).addressOf(provider, secrets),
    redeem: async (provider, answer, secrets) => (await open()).redeem(provider, answer, secrets),
  };
}

const anyTenant = /^https:\/\/login\.microsoftonline\.com\/(?:common|organizations|consumers)\/v2\.0$/;
const tenant = /^https:\/\/login\.microsoftonline\.com\/[0-9a-f-]{36}\/v2\.0$/;

/** Microsoft's shared issuers stand for one issuer a tenant, and the tenant's is the one in the ID token. */
const vouches = (provider: ProviderSettings, issuer: string): boolean =>
  anyTenant.test(provider.issuer) ? tenant.test(issuer) : provider.issuer === issuer;
