/**
 * A central server that forgives nothing: a refresh token that is used a second time signs out. It speaks of Doorward's
 * wire only what a token client needs, remembers what it is asked, and can be made to fail.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json as bodyOf } from 'node:stream/consumers';
import type { Clock } from 'doorward';

/** A strict server. */
export interface StrictServer {
  readonly origin: string;
  /** What was asked, as `POST /path`, oldest first. */
  readonly asked: string[];
  /** `down` hangs up on everybody; `broken` answers 500; `busy` answers 429. */
  mood: 'well' | 'down' | 'broken' | 'busy';
  /** Refuses the access token that it gave last, whatever its age. */
  refuseAccess(): void;
  /** Ends the session. */
  endSession(): void;
  close(): Promise<void>;
}

/** Starts a strict server on a free port. */
export async function startStrict(clock: Clock): Promise<StrictServer> {
  const session = { isLive: false, generation: 0, accessEnds: 0 };
  const answers = answersOf(session, clock);
  const strict: Omit<StrictServer, 'origin' | 'close'> = {
    asked: [],
    mood: 'well',
    refuseAccess: () => void Object.assign(session, { accessEnds: 0 }),
    endSession: () => void Object.assign(session, { isLive: false }),
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const line = `${request.method} ${request.url}`;
    strict.asked.push(line);
    const { mood } = strict;
    const [status, body] = (mood === 'well' ? await answers[line]?.(request) : moods[mood]) ?? [404, {}];
    if (status === 0) return void request.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '7' });
    response.end(JSON.stringify(body));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return Object.assign(strict, {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** A status, 0 for none, and a JSON body. */
type Answer = readonly [number, object];

/** Its one session: the generation is in the names of the tokens, and only the last one counts. */
interface Session {
  isLive: boolean;
  generation: number;
  accessEnds: number;
}

/** Seconds that an access token lives. */
const life = 120;
const account = { id: '1', name: 'Ada', email: 'ada@example.com', username: 'ada', roles: [] };
const moods: Readonly<Record<string, Answer>> = {
  down: [0, {}],
  broken: [500, {}],
  busy: [429, { code: 'attempts_exhausted', title: 'Wait.' }],
};
const refusal = (code: string): Answer => [401, { title: 'No.', status: 401, code }];

type Answers = Readonly<Record<string, (request: IncomingMessage) => Promise<Answer> | Answer>>;

function answersOf(session: Session, clock: Clock): Answers {
  const issue = (): object => {
    session.generation += 1;
    session.accessEnds = clock.now() + life * 1000;
    return {
      access_token: `access-${session.generation}`,
      refresh_token: `refresh-${session.generation}`,
      token_type: 'Bearer',
      expires_in: life,
      refresh_expires_in: 2 * life,
    };
  };
  return {
    'POST /api/v1/sessions': () => {
      session.isLive = true;
      return [201, { account, session: { id: 's' }, ...issue() }];
    },
    'POST /api/v1/tokens/refresh': async (request) => {
      const { refresh_token: token } = (await bodyOf(request)) as { refresh_token: string };
      if (token !== `refresh-${session.generation}`) session.isLive = false;
      return session.isLive ? [200, issue()] : refusal('refresh_refused');
    },
    'POST /api/v1/tokens/revoke': () => {
      session.isLive = false;
      return [200, {}];
    },
    'GET /api/v1/account': ({ headers }) => {
      const isKnown = headers.authorization === `Bearer access-${session.generation}`;
      const isGood = session.isLive && isKnown && clock.now() < session.accessEnds;
      return isGood ? [200, account] : refusal('credentials_invalid');
    },
    'GET /health/ready': () => [200, {}],
  };
}
