/**
 * A real provider of somebody else's making, `oidc-provider`, with people who are signed in there, and how a browser goes
 * through it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { GrantContext } from 'oidc-provider';
import { listening } from '../journeys/guard/listening.ts';
import { installInterop } from '../kit/interop.ts';
import { clientSecret } from '../kit/outside.ts';

/** The provider, and who is at the browser there. */
export interface OutsideHouse {
  readonly issuer: string;
  /** Goes to where our button leads, signs in there as somebody, and tells the address that it leads back to. */
  goThrough(location: string, person: string): Promise<URL>;
  close(): Promise<void>;
}

/** The people there, by subject. */
const outsidePeople: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  ada: { name: 'Ada Byron', preferred_username: 'ada', email: 'ada@mill.example', email_verified: true },
  eve: { name: 'Eve', preferred_username: 'eve', email: 'ada@mill.example', email_verified: false },
};

/** Starts it for a server of ours that is at `origin` and calls the provider `name`. */
export async function outsideHouse(origin: string, name: string): Promise<OutsideHouse> {
  let serve = (_request: IncomingMessage, response: ServerResponse): void => void response.end();
  const server = createServer((request, response) => serve(request, response));
  const { origin: issuer, close } = await listening(server);
  await installInterop();
  // Only now: before, there may have been nothing to load.
  const { Provider } = await import('oidc-provider');
  const provider = new Provider(issuer, configurationFor(`${origin}/sign-in/from/${name}`));
  const callback = provider.callback();
  serve = (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', issuer);
    if (!pathname.startsWith('/interaction/')) return callback(request, response);
    const login = { accountId: searchParams.get('person') ?? '' };
    void provider.interactionFinished(request, response, { login });
  };
  return { issuer, goThrough: (location, person) => goThrough(issuer, location, person), close };
}

const configurationFor = (redirectUri: string): object => ({
  clients: [{ client_id: 'doorward', client_secret: clientSecret, redirect_uris: [redirectUri] }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
  findAccount: (_context: unknown, sub: string) => ({
    accountId: sub,
    claims: () => ({ sub, ...outsidePeople[sub] }),
  }),
  // Whoever signs in there has consented long ago.
  loadExistingGrant: async ({ oidc }: GrantContext) => {
    const { provider, session, client } = oidc;
    const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
  interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  cookies: { keys: ['a key for cookies of tests'] },
});

/** Follows redirects as a browser does, while they stay at the provider. */
async function goThrough(issuer: string, location: string, person: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(location);
  for (let step = 0; url.origin === issuer; step += 1) {
    if (step > 10) throw new Error(`the provider leads round in circles at ${url.pathname}`);
    if (url.pathname.startsWith('/interaction/')) url.searchParams.set('person', person);
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    const next = answer.headers.get('location');
    if (next === null) throw new Error(`the provider answered ${answer.status}: ${await answer.text()}`);
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    url = new URL(next, url);
  }
  return url;
}
