import { expect, test } from 'vitest';
import { routes } from '../../src/http/routes.ts';

const marked = routes.filter(({ mayReadReplica }) => mayReadReplica);

test('what may read from a replica is a list, a figure or an export, and nothing else', () => {
  expect(marked.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
    'GET /api/v1/account/data',
    'GET /api/v1/admin/accounts',
    'GET /api/v1/admin/accounts/:id',
    'GET /api/v1/admin/accounts/:id/sessions',
    'GET /api/v1/admin/clients',
    'GET /api/v1/admin/clients/:id',
    'GET /api/v1/admin/events',
    'GET /api/v1/admin/invitations',
    'GET /api/v1/admin/roles',
    'GET /api/v1/admin/stats',
  ]);
});

test('whoever is shown it was found and permitted before, and nothing comes in', () => {
  for (const { access, forgery, body, page } of marked)
    expect([access.who === 'anyone', forgery, body, page]).toEqual([false, 'none', undefined, undefined]);
});
