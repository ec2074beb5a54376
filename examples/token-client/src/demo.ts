/** A walk through the whole flow, to be typed line by line. */
import { randomBytes } from 'node:crypto';
import type { Endpoint } from './endpoints.ts';

/** The endpoint of the demonstration. Each call invents another user, so that the steps work for everybody. */
export const demoEndpoint: Endpoint = {
  row: 'GET /demo/test-flow',
  summary: 'The steps of the whole flow as commands of a shell.',
  answers: { 200: 'The steps, and the user that they speak of.' },
  handler: (c) => {
    const { origin } = new URL(c.req.url);
    // The address goes into a shell: one that could be more than an address there is not repeated.
    const base = /^[\w:/.[\]-]+$/.test(origin) ? origin : 'http://localhost:8000';
    const username = `demo-${randomBytes(4).toString('hex')}`;
    const user = {
      username,
      email: `${username}@example.com`,
      password: randomBytes(12).toString('base64url'),
      full_name: 'Demo User',
    };
    return c.json({
      message: 'Complete Authentication Flow Test',
      steps: stepsOf(user, base),
      example_user: user,
    });
  },
};

type User = Readonly<Record<'username' | 'password', string>>;

function stepsOf(user: User, base: string): string[] {
  const login = JSON.stringify({ username: user.username, password: user.password });
  return [
    `curl -s ${base}/register --json '${JSON.stringify(user)}'`,
    `ACCESS=$(curl -s ${base}/login --json '${login}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
    `curl -s ${base}/token/status`,
    `curl -s ${base}/protected/data`,
    `curl -s ${base}/protected/profile -H "Authorization: Bearer $ACCESS"`,
    `curl -s -X POST ${base}/token/refresh`,
    `curl -s ${base}/protected/data`,
    `curl -s -X POST ${base}/logout`,
    `curl -s ${base}/protected/data`,
  ];
}
