/**
 * What the server says of itself to clients: one document at two addresses (RFC 8414 §3, OpenID Connect Discovery §4). It
 * is made of the lists that the endpoints themselves go by, and of the issuer of the settings: no header can change it.
 */
import * as v from 'valibot';
import { acrValues } from '../../domain/oauth/acr.ts';
import { accountClaimNames, knownScopes } from '../../domain/oauth/claims.ts';
import type { Settings } from '../../domain/settings.ts';
import { languages } from '../../pages/language.ts';
import { idTokenAlgorithms } from '../../protocol/oauth/id-token.ts';
import { type ServerMetadata, serverMetadata } from '../../protocol/oauth/metadata.ts';
import { openRoute, type Route } from '../route.ts';
import { endpointPaths } from './endpoint-paths.ts';

/** The claims of every ID token (OpenID Connect Core §2). */
const tokenClaims = ['iss', 'sub', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'acr', 'amr', 'sid', 'at_hash'];

/** Seconds that the document may be kept. */
const maxAge = 300;

const documentOf = ({ issuer, registration }: Settings): ServerMetadata =>
  serverMetadata({
    issuer,
    endpoints: {
      ...endpointPaths,
      registration: registration === 'off' ? undefined : endpointPaths.registration,
    },
    scopes: knownScopes,
    claims: [...tokenClaims, ...accountClaimNames],
    idTokenAlgorithms,
    subjectTypes: ['public', 'pairwise'],
    acrValues,
    uiLocales: languages,
    requirePushedRequests: false,
    documentation: `${issuer}/docs`,
  });

const metadataRoute = (path: string, summary: string): Route =>
  openRoute(
    {
      method: 'GET',
      path,
      subject: 'oauth',
      summary,
      forgery: 'none',
      limits: ['none'],
      cors: 'any',
      answers: {
        200: { description: 'The document.', schema: v.looseObject({ issuer: v.pipe(v.string(), v.url()) }) },
      },
      failures: [],
    },
    ({ ports }) => ({
      status: 200,
      json: documentOf(ports.settings),
      headers: { 'cache-control': `public, max-age=${maxAge}` },
    }),
  );

/** `GET /.well-known/openid-configuration` (OpenID Connect Discovery §4). */
export const openIdConfigurationRoute = metadataRoute(
  '/.well-known/openid-configuration',
  'What an OpenID client has to know of this server.',
);

/** `GET /.well-known/oauth-authorization-server` (RFC 8414 §3). */
export const authorizationServerRoute = metadataRoute(
  '/.well-known/oauth-authorization-server',
  'What an OAuth client has to know of this server.',
);
