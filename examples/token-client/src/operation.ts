/** How the program is: for those who run it. */
import type { Endpoint, Parts } from './endpoints.ts';

/** The endpoints of operation. */
export const operationEndpoints = ({ ask, metrics, clock }: Parts): readonly Endpoint[] => [
  {
    row: 'GET /health',
    summary: 'Whether the program and its central server are well.',
    answers: { 200: 'Both are.', 503: 'The central server is down.' },
    handler: async (c) => {
      const isUp = await ask('/health/ready').then(
        (answer) => answer.ok,
        () => false,
      );
      const timestamp = new Date(clock.now()).toISOString();
      return isUp
        ? c.json({ status: 'healthy', timestamp, dependencies: { auth: 'up' } })
        : c.json({ status: 'degraded', timestamp, dependencies: { auth: 'down' } }, 503);
    },
  },
  {
    row: 'GET /metrics',
    summary: 'Figures for Prometheus.',
    answers: { 200: 'Text in the format of Prometheus.' },
    handler: (c) =>
      c.text(metrics.print(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
  },
];
