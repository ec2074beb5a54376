/**
 * The heart of `@doorward/client`, against a real server over a real socket: one refresh for all, and none is lost.
 */
import { deepEqual, equal, notEqual, rejects } from 'node:assert/strict';
import { type Client, type ClientOptions, createClient } from '@doorward/client';
import { type Line, line, newName, type Place, type Suite, shiftedClock } from './suite.ts';

/** Seconds after which every access token has ended, and no refresh token. */
const later = 86_400;

const refreshPath = '/api/v1/tokens/refresh';
const sessionPath = '/api/v1/session';

interface SignedInClient {
  readonly client: Client;
  readonly wire: Line;
  readonly clock: ReturnType<typeof shiftedClock>;
  /** Asks the server who is signed in, with the client's token. */
  ask(): Promise<number>;
}

/** Works with a client that has signed in, and stops it whatever happens. */
async function signedIn(
  { issuer, username, password }: Place,
  work: (made: SignedInClient) => Promise<void>,
  { wire = line(() => undefined), ...more }: Partial<ClientOptions> & { readonly wire?: Line } = {},
): Promise<void> {
  const clock = shiftedClock();
  const client = createClient({ issuer, clock, fetch: wire.fetch, backoffSeconds: [0, 0], ...more });
  try {
    await client.signIn({ identifier: username, password });
    const ask = async (): Promise<number> => {
      const answer = await client.fetch(issuer + sessionPath);
      await answer.text();
      return answer.status;
    };
    await work({ client, wire, clock, ask });
  } finally {
    await client.close();
  }
}

/** A line on which something happens to the first request for a path, once `arm` was called. */
function once(
  path: string,
  happens: (send: () => Promise<Response>) => Promise<Response>,
): Line & { arm(): void } {
  let armed = false;
  const made = line((asked, send) => {
    if (!armed || asked !== path) return undefined;
    armed = false;
    return happens(send);
  });
  return {
    ...made,
    arm: () => {
      armed = true;
    },
  };
}

/** The tests. */
export const clientSuite: Suite = {
  'it signs up and in, sends its token along, and keeps it from strangers': async (place) => {
    await signedIn(place, async ({ client, ask }) => {
      const username = newName();
      const account = await client.signUp({ username, password: place.password });
      await client.signIn({ identifier: username, password: place.password });
      const state = await client.session();
      equal(state.status === 'signed-in' && state.account.id, account.id);
      equal(await ask(), 200);
      await rejects(client.fetch('https://stranger.example.com/'), { code: 'origin_not_allowed' });
    });
  },

  'fifty callers whose token has ended share one refresh': async (place) => {
    await signedIn(place, async ({ client, wire, clock, ask }) => {
      const before = await client.token();
      clock.add(later * 1000);
      const statuses = await Promise.all(Array.from({ length: 50 }, ask));
      deepEqual(new Set(statuses), new Set([200]));
      equal(wire.count(refreshPath), 1);
      notEqual(await client.token(), before);
    });
  },

  'a refresh whose reply is lost is repeated, and nobody is signed out': async (place) => {
    const wire = once(refreshPath, async (send) => {
      await (await send()).text();
      throw new TypeError('the reply is lost');
    });
    await signedIn(
      place,
      async ({ client, ask }) => {
        wire.arm();
        await client.refresh();
        deepEqual([wire.count(refreshPath), await ask()], [2, 200]);
        await client.refresh();
        equal((await client.session()).status, 'signed-in');
      },
      { wire },
    );
  },

  'an answer 401 leads to one refresh and one repetition': async (place) => {
    const wire = once(sessionPath, () => Promise.resolve(new Response(null, { status: 401 })));
    await signedIn(
      place,
      async ({ ask }) => {
        wire.arm();
        equal(await ask(), 200);
        deepEqual([wire.count(sessionPath), wire.count(refreshPath)], [2, 1]);
      },
      { wire },
    );
  },

  'signed out, it has no token, and the server refuses the old one': async (place) => {
    await signedIn(place, async ({ client }) => {
      const token = await client.token();
      deepEqual(await client.signOut(), { ended: true, failure: undefined });
      await rejects(client.token(), { code: 'signed_out' });
      const headers = { authorization: `Bearer ${token}` };
      equal((await fetch(place.issuer + sessionPath, { headers })).status, 401);
    });
  },

  'a session that the server has ended signs the client out': async (place) => {
    await signedIn(place, async ({ client, clock }) => {
      const headers = { authorization: `Bearer ${await client.token()}` };
      await fetch(place.issuer + sessionPath, { method: 'DELETE', headers });
      clock.add(later * 1000);
      await rejects(client.token(), { code: 'signed_out' });
      equal((await client.session()).status, 'signed-out');
    });
  },

  'while the server is away, tokens are kept': async (place) => {
    let away = false;
    const wire = line(() => (away ? Promise.reject(new TypeError('nobody answers')) : undefined));
    await signedIn(
      place,
      async ({ client, clock, ask }) => {
        clock.add(later * 1000);
        away = true;
        await rejects(client.token(), { code: 'server_unreachable' });
        equal((await client.session()).status, 'offline');
        away = false;
        equal(await ask(), 200);
      },
      { wire },
    );
  },
};
