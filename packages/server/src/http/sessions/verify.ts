import { accountRoute } from '../route.ts';

/**
 * `GET /verify`: for nginx `auth_request` and Traefik ForwardAuth. The proxy asks with the caller's headers and hands on
 * what this answers; it must take these names away from what callers send.
 */
export const verifyRoute = accountRoute(
  {
    method: 'GET',
    path: '/verify',
    subject: 'sessions',
    summary: 'Whether a request is signed in, for reverse proxies.',
    forgery: 'none',
    limits: ['none'],
    scope: 'account:read',
    basic: true,
    answers: {
      204: {
        description: 'Signed in; X-Doorward-Account, -Session, -Roles, -Permissions and -Carrier say who.',
      },
    },
    failures: ['scope_missing', 'sign_in_refused', 'attempts_exhausted', 'hashing_busy'],
  },
  ({ principal }) => ({
    status: 204,
    headers: {
      'x-doorward-account': principal.accountId,
      'x-doorward-session': principal.session?.id ?? '',
      'x-doorward-roles': principal.roles.join(' '),
      'x-doorward-permissions': principal.permissions.join(' '),
      'x-doorward-carrier': principal.carrier.name,
    },
  }),
);
