/**
 * Speaking with outside providers, as their client. openid-client keeps the protocol; every request of its goes through the
 * outgoing gate. ID tokens are proven by their signature too, not by the connection alone. The library reads the
 * machine's own hour where it judges them.
 */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
} from 'openid-client';
import { fail } from '../../domain/failures.ts';
import type { OutsideAccount, Upstream } from '../../domain/upstream/upstream.ts';
import { fetchByGate } from '../oauth/outgoing-gate.ts';
import type { ProviderSettings } from './providers.ts';
import { outsideFailure } from './upstream-failure.ts';
import { githubAccount, githubEndpoints } from './upstream-github.ts';
import { openIdAccount } from './upstream-openid.ts';
import { returnAddress, type UpstreamParts } from './upstream-parts.ts';

/** A provider that was found, and when: milliseconds since 1970. */
interface Found {
  readonly configuration: Configuration;
  readonly at: number;
}

/** Milliseconds for which what a provider says of itself is believed. */
const foundLife = 3_600_000;
/** Seconds after which the library gives up; the gate does so sooner. */
const patience = 10;

/** Makes the client of all providers. */
export function createUpstreamClient(parts: UpstreamParts): Pick<Upstream, 'addressOf' | 'redeem'> {
  const known = new Map<string, Found>();
  const { clock, issuer } = parts;
  const find = async (provider: ProviderSettings): Promise<Configuration> => {
    const before = known.get(provider.name);
    if (before && clock.now() - before.at < foundLife) return before.configuration;
    const configuration = await configure(provider, parts);
    known.set(provider.name, { configuration, at: clock.now() });
    return configuration;
  };
  return {
    addressOf: (name, { state, nonce, verifier }) =>
      asFailures(async () => {
        const provider = providerOf(parts, name);
        const configuration = await find(provider);
        const url = buildAuthorizationUrl(configuration, {
          redirect_uri: returnAddress(issuer, name),
          scope: provider.scopes.join(' '),
          state,
          code_challenge: await calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          ...(provider.kind === 'openid' ? { nonce } : {}),
          ...(provider.responseMode === 'form_post' ? { response_mode: 'form_post' } : {}),
        });
        if (url.protocol === 'https:' || isLax(provider)) return url.href;
        throw fail('provider_unavailable', { detail: { check: 'authorization-endpoint', provider: name } });
      }),
    redeem: (name, answer, { state, nonce, verifier }) =>
      asFailures(async (): Promise<OutsideAccount> => {
        const provider = providerOf(parts, name);
        const configuration = await find(provider);
        const url = new URL(returnAddress(issuer, name));
        for (const [field, value] of answer) url.searchParams.append(field, value);
        const isOpenId = provider.kind === 'openid';
        const tokens = await authorizationCodeGrant(configuration, url, {
          expectedState: state,
          pkceCodeVerifier: verifier,
          ...(isOpenId ? { expectedNonce: nonce, idTokenExpected: true } : {}),
        });
        return isOpenId
          ? openIdAccount(configuration, provider, {
              idToken: tokens.id_token,
              claims: tokens.claims(),
              accessToken: tokens.access_token,
            })
          : githubAccount(configuration, provider, tokens.access_token);
      }),
  };
}

function providerOf({ providers }: UpstreamParts, name: string): ProviderSettings {
  const provider = providers.find((one) => one.name === name);
  if (!provider) throw fail('not_found', { detail: { check: 'provider', provider: name } });
  return provider;
}

/** The file of providers takes plain http only for places that the operator has named. */
const isLax = ({ issuer }: ProviderSettings): boolean => issuer.startsWith('http:');

async function configure(provider: ProviderSettings, parts: UpstreamParts): Promise<Configuration> {
  const { clientId, issuer, kind } = provider;
  const authentication = authenticationOf(provider);
  const fetcher: CustomFetch = fetchByGate(parts);
  if (kind === 'github') {
    const configuration = new Configuration(githubEndpoints(issuer), clientId, undefined, authentication);
    configuration[customFetch] = fetcher;
    configuration.timeout = patience;
    if (isLax(provider)) allowInsecureRequests(configuration);
    return configuration;
  }
  const execute = [enableNonRepudiationChecks, ...(isLax(provider) ? [allowInsecureRequests] : [])];
  return discovery(new URL(issuer), clientId, undefined, authentication, {
    [customFetch]: fetcher,
    timeout: patience,
    execute,
  });
}

/** By the form where the provider says that it takes it so, else in the header (RFC 8414 §2). */
function authenticationOf({ clientSecret }: ProviderSettings): ClientAuth {
  if (!clientSecret) return None();
  const byForm = ClientSecretPost(clientSecret.reveal());
  const byHeader = ClientSecretBasic(clientSecret.reveal());
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (methods.includes('client_secret_basic') ? byHeader : byForm)(server, ...rest);
  };
}

async function asFailures<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    throw outsideFailure(thrown);
  }
}
