/**
 * Another maker's server, on a real socket: it rotates strictly. A refresh token is good once, and its second use ends
 * the session.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { listening } from './listening.ts';

/** A server that rotates strictly. */
export interface StrictServer {
  readonly origin: string;
  /** How often somebody asked for a refresh. */
  refreshes(): number;
  close(): Promise<void>;
}

/** Starts one. Access tokens are good until the next rotation, and live for 300 seconds as far as it says. */
export async function startStrictServer(): Promise<StrictServer> {
  let generation = 0;
  let ended = false;
  let refreshes = 0;
  const tokens = (): object => ({
    access_token: `access-${++generation}`,
    token_type: 'Bearer',
    expires_in: 300,
    refresh_token: `refresh-${generation}`,
  });
  const answer = async (request: IncomingMessage): Promise<[number, object]> => {
    const body = await text(request);
    switch (request.url ?? '/') {
      case '/api/v1/sessions':
        return [201, { account: { id: 'a', name: 'Ada' }, session: { id: 's' }, ...tokens() }];
      case '/api/v1/tokens/refresh': {
        refreshes++;
        ended ||= JSON.parse(body).refresh_token !== `refresh-${generation}`;
        return ended ? [401, { code: 'refresh_refused' }] : [200, tokens()];
      }
      default: {
        const isGood = !ended && request.headers.authorization === `Bearer access-${generation}`;
        return isGood ? [200, { ok: true }] : [401, { code: 'credentials_invalid' }];
      }
    }
  };
  const server = createServer((request, response) => {
    void answer(request).then(([status, json]) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json)),
    );
  });
  return { ...(await listening(server)), refreshes: () => refreshes };
}
