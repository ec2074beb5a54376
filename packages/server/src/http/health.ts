import * as v from 'valibot';
import { openRoute, permittedRoute } from './route.ts';

const state = v.object({ status: v.string() });

/** `GET /health/live`: the process answers. */
export const liveRoute = openRoute(
  {
    method: 'GET',
    path: '/health/live',
    subject: 'operation',
    summary: 'The process is alive.',
    forgery: 'none',
    limits: ['none'],
    answers: { 200: { description: 'Alive.', schema: state } },
    failures: [],
  },
  () => ({ status: 200, json: { status: 'live' } }),
);

/** `GET /health/ready`: the store takes a transaction. */
export const readyRoute = openRoute(
  {
    method: 'GET',
    path: '/health/ready',
    subject: 'operation',
    summary: 'The server can do its work: the store reads and writes.',
    forgery: 'none',
    limits: ['none'],
    answers: { 200: { description: 'Ready.', schema: state } },
    failures: ['store_unavailable'],
  },
  async ({ ports }) => {
    await ports.store.check();
    return { status: 200, json: { status: 'ready' } };
  },
);

/** `GET /metrics`: for whoever is permitted; the program can also open a listener of its own. */
export const metricsRoute = permittedRoute(
  {
    method: 'GET',
    path: '/metrics',
    subject: 'operation',
    summary: 'Metrics as Prometheus text.',
    forgery: 'none',
    limits: ['none'],
    permission: 'doorward:metrics:read',
    answers: { 200: { description: 'Prometheus text.', mediaType: 'text/plain' } },
    failures: [],
  },
  async ({ parts }) => ({
    status: 200,
    content: await parts.metrics(),
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
  }),
);
