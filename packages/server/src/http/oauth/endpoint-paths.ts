import type { EndpointPaths } from '../../protocol/oauth/metadata.ts';

/** Where the endpoints of OAuth and OpenID Connect are. */
export const endpointPaths = {
  authorization: '/oauth/authorize',
  token: '/oauth/token',
  jwks: '/.well-known/jwks.json',
  userinfo: '/oauth/userinfo',
  introspection: '/oauth/introspect',
  revocation: '/oauth/revoke',
  endSession: '/oauth/end-session',
  pushedAuthorization: '/oauth/par',
  deviceAuthorization: '/oauth/device',
  registration: '/oauth/register',
} as const satisfies EndpointPaths;
