/** Asking a scripted issuer: credentials, answers, and a feed that names sessions when the test says so. */
import type { Credential } from '../../src/credential.ts';
import { type AskOptions, createAsk } from '../../src/remote/ask.ts';
import { json, type Script, scripted, settled, start } from './scripted.ts';

/** A credential in `Authorization`. */
export const bearer = (value: string, more: Partial<Credential> = {}): Credential => ({
  carrier: 'opaque',
  value,
  cookie: undefined,
  peer: '203.0.113.7',
  ...more,
});
/** A time as the server writes it. */
export const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
/** What the server says of a caller whom it knows. */
export const ada = {
  carrier: 'opaque',
  account: { id: 'ada', name: 'Ada', roles: ['reporter'] },
  session: { id: 'session-1', expires_at: iso(start + 3_600_000) },
  scopes: ['reports:read'],
  proven_at: iso(start - 1500),
  amr: ['pwd'],
};
/** An issuer that knows everybody. */
export const known =
  (more: Readonly<Record<string, unknown>> = {}): Script =>
  () =>
    json({ ...ada, ...more });

/** A feed that names sessions when the test says so. */
function scriptedFeed() {
  const ended = new Set<string>();
  const listeners: ((sid: string) => void)[] = [];
  return {
    ended: (sid: string) => ended.has(sid),
    onEnded: (listener: (sid: string) => void) => void listeners.push(listener),
    name: (sid: string) => {
      ended.add(sid);
      for (const listener of listeners) listener(sid);
    },
  };
}

/** A question with its parts. */
export function asking(script: Script, more: Partial<AskOptions> = {}) {
  const server = scripted(script);
  const feed = scriptedFeed();
  const ask = createAsk({
    issuer: server.issuer,
    cacheSeconds: 0,
    cacheEntries: 100,
    forwardPeer: false,
    feed,
    ...more,
  });
  return { ...server, feed, ask };
}

/** A script whose answers the test gives one by one. */
export function oneByOne() {
  const waiting: ((response: Response) => void)[] = [];
  const script = (): Promise<Response> => new Promise((resolve) => waiting.push(resolve));
  return {
    script,
    give: async (response: Response) => {
      waiting.shift()?.(response);
      await settled();
    },
  };
}
