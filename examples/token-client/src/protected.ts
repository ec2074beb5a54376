/** What only somebody who is signed in gets. */
import { Refused } from '@doorward/examples-kit';
import * as v from 'valibot';
import type { Endpoint, Parts } from './endpoints.ts';
import { refusalOf, signInFirst, unavailable } from './refusals.ts';

/** An account, as the central server shows it. */
const accountShape = v.object({
  id: v.string(),
  name: v.string(),
  email: v.nullable(v.string()),
  username: v.nullable(v.string()),
});

/** The path at the central server that says whose token it is. */
const accountPath = '/api/v1/account';

/** The endpoints behind the door. */
export const protectedEndpoints = ({ callers, central, ask, clock }: Parts): readonly Endpoint[] => [
  {
    row: 'GET /protected/data',
    summary: 'Asks the central server with the tokens of the caller, which are refreshed when needed.',
    answers: {
      200: 'Who the caller is.',
      401: 'Nobody is signed in.',
      503: 'The central server is unreachable; the tokens are kept.',
    },
    handler: async (c) => {
      const client = callers.clientOf(c);
      if (client === undefined) throw signInFirst();
      const signal = AbortSignal.timeout(10_000);
      const answer = await client.fetch(`${central}${accountPath}`, { signal }).catch((thrown: unknown) => {
        // What is no failure of the client is one of the network.
        throw refusalOf(thrown) ?? unavailable();
      });
      if (answer.status === 401) throw signInFirst();
      const account = await accountIn(answer);
      return c.json({ message: `Access granted to ${account.email ?? account.name}` });
    },
  },
  {
    row: 'GET /protected/profile',
    summary: 'Whose access token is in the header.',
    bearer: true,
    answers: {
      200: 'The profile.',
      401: 'There is no access token, or none that the central server accepts.',
      503: 'The central server is unreachable.',
    },
    handler: async (c) => {
      const [, token] = /^Bearer +([\w.~+/=-]+) *$/i.exec(c.req.header('authorization') ?? '') ?? [];
      if (token === undefined) throw new Refused(401, 'Not authenticated');
      const { id, username, email, name } = await accountIn(
        await ask(accountPath, { authorization: `Bearer ${token}` }),
      );
      return c.json({
        message: 'Access granted to protected profile endpoint',
        user: { id, username, email, full_name: name },
        timestamp: new Date(clock.now()).toISOString(),
      });
    },
  },
];

/** The account in an answer of the central server. Throws `Refused`: 401, 429 and 503. */
async function accountIn(answer: Response): Promise<v.InferOutput<typeof accountShape>> {
  const wait = answer.headers.get('retry-after');
  if (answer.status === 401)
    throw new Refused(401, 'Could not validate credentials', {
      'www-authenticate': 'Bearer error="invalid_token"',
    });
  if (answer.status === 429)
    throw new Refused(429, 'Too many requests. Try again later.', wait ? { 'retry-after': wait } : {});
  const account = v.safeParse(
    accountShape,
    answer.ok ? await answer.json().catch(() => undefined) : undefined,
  );
  if (!account.success) throw unavailable(wait);
  return account.output;
}
