/** Every way on which a signed token comes in, and who judges it there. */
import { createPublicKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { guard } from '../../packages/guard/src/index.ts';
import { dpopNonce } from '../../packages/server/src/domain/oauth/dpop.ts';
import type { SigningAlgorithm } from '../../packages/server/src/domain/settings.ts';
import { authorizeAt, form, makeClient, told } from '../kit/clients.ts';
import { type SmallProvider, serveWith, signInWith, smallProvider } from '../kit/outside.ts';
import { type Serving, serveHandler } from '../kit/serving.ts';
import { tokensOf } from '../kit/tokens.ts';
import { signIn, signUp, type Visitor, visit } from '../kit/visitor.ts';
import type { Forge, Good } from './good.ts';

/** What became of a forgery; `unsaid` where the way cannot carry it, or nothing is made of it for the algorithm. */
export type Verdict = 'taken' | 'refused' | 'unsaid';

/** One way. */
export interface Way {
  /** Makes a good token, a forgery of it, and shows that. */
  show(forge: Forge): Promise<Verdict>;
  close(): Promise<void>;
}

/** Where tokens travel in a header, which carries neither these letters nor space around a value. */
const fitsHeader = (text: string): boolean => text === text.trim() && /^[\x20-\x7e]+$/.test(text);

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A pair of keys that a client made for itself. */
function ownKeys(algorithm: Good['algorithm']): Omit<Good, 'text'> {
  const made = {
    RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    EdDSA: () => generateKeyPairSync('ed25519'),
  }[algorithm]();
  return { algorithm, ...made };
}

function tokenBy(keys: Omit<Good, 'text'>, header: object, claims: object): Good {
  const input = `${part({ alg: keys.algorithm, ...header })}.${part(claims)}`;
  const digest = keys.algorithm === 'EdDSA' ? null : 'sha256';
  const signature = sign(digest, Buffer.from(input), { key: keys.privateKey, dsaEncoding: 'ieee-p1363' });
  return { ...keys, text: `${input}.${signature.toString('base64url')}` };
}

/** A token that the server itself has signed. */
async function serversOwn({ assembly }: Serving, text: string, algorithm: SigningAlgorithm): Promise<Good> {
  const { privateKey } = await assembly.ports.keys.ready(algorithm);
  return { text, algorithm, privateKey, publicKey: createPublicKey(privateKey) };
}

interface Place {
  readonly serving: Serving;
  readonly browser: Visitor;
}

async function place(settings = {}): Promise<Place> {
  const serving = await serveHandler({ lightHashing: true, settings });
  const browser = visit(serving);
  await signUp(browser, 'ada@example.com');
  await signIn(browser, 'ada@example.com');
  return { serving, browser };
}

const machineSettings = { grantTypes: ['client_credentials'], scopes: ['reports:read'] } as const;

const verdict = (isTaken: boolean): Verdict => (isTaken ? 'taken' : 'refused');

/** Asks the token endpoint as a machine. */
const askAs = (serving: Serving, fields: Readonly<Record<string, string>>, headers = {}) => {
  const said = form({ grant_type: 'client_credentials', ...fields });
  return visit(serving, { program: true }).ask('POST', '/oauth/token', {
    ...said,
    headers: { ...said.headers, ...headers },
  });
};

/** `id_token_hint` at the authorization endpoint (OpenID Connect Core §3.1.2.1). */
async function hint(algorithm: Good['algorithm']): Promise<Way> {
  const { serving, browser } = await place();
  const client = await makeClient(serving, { idTokenAlgorithm: algorithm });
  const { idToken } = await tokensOf(serving, client, { browser });
  const good = await serversOwn(serving, idToken, algorithm);
  return {
    show: async (forge) => {
      const id_token_hint = forge(good);
      // An empty parameter is none (RFC 6749 §3.1).
      if (id_token_hint === undefined || id_token_hint === '') return 'unsaid';
      const answer = await authorizeAt(browser, client, { prompt: 'none', id_token_hint });
      return verdict(told(answer)['code'] !== undefined);
    },
    close: serving.close,
  };
}

/** `private_key_jwt` at the token endpoint (RFC 7523 §2.2). */
async function assertion(algorithm: Good['algorithm']): Promise<Way> {
  const { serving } = await place();
  const keys = ownKeys(algorithm);
  const jwk: Record<string, string> = { kid: 'one', alg: algorithm };
  for (const [name, value] of Object.entries(keys.publicKey.export({ format: 'jwk' })))
    if (typeof value === 'string') jwk[name] = value;
  const authentication = 'private_key_jwt';
  const { id } = await makeClient(serving, { ...machineSettings, authentication, jwks: { keys: [jwk] } });
  return {
    show: async (forge) => {
      const now = Math.floor(serving.clock.now() / 1000);
      const claims = { iss: id, sub: id, aud: serving.origin, jti: randomUUID(), iat: now, exp: now + 60 };
      const client_assertion = forge(tokenBy(keys, { kid: 'one', typ: 'JWT' }, claims));
      if (client_assertion === undefined) return 'unsaid';
      const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
      const { status } = await askAs(serving, { client_assertion, client_assertion_type });
      return verdict(status === 200);
    },
    close: serving.close,
  };
}

/** A proof of possession at the token endpoint (RFC 9449 §4.3). */
async function dpop(algorithm: Good['algorithm']): Promise<Way> {
  const { serving } = await place();
  const keys = ownKeys(algorithm);
  const { id, secret } = await makeClient(serving, {
    ...machineSettings,
    authentication: 'client_secret_basic',
    dpopBound: true,
  });
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  return {
    show: async (forge) => {
      const header = { typ: 'dpop+jwt', jwk: keys.publicKey.export({ format: 'jwk' }) };
      const proof = forge(
        tokenBy(keys, header, {
          jti: randomUUID(),
          htm: 'POST',
          htu: `${serving.origin}/oauth/token`,
          iat: Math.floor(serving.clock.now() / 1000),
          nonce: dpopNonce(serving.assembly.ports),
        }),
      );
      if (proof === undefined || !fitsHeader(proof)) return 'unsaid';
      return verdict((await askAs(serving, {}, { authorization, dpop: proof })).status === 200);
    },
    close: serving.close,
  };
}

/** A bearer token at an endpoint. */
const bearing =
  ({ serving }: Place, path: string, good: Good): Way['show'] =>
  async (forge) => {
    const bearer = forge(good);
    if (bearer === undefined || !fitsHeader(bearer)) return 'unsaid';
    const { status } = await visit(serving, { program: true }).ask('GET', path, { bearer });
    return verdict(status === 200);
  };

/** An access token of a client at UserInfo (OpenID Connect Core §5.3.1). */
async function clientAccess(signingAlgorithm: Good['algorithm']): Promise<Way> {
  const here = await place({ signingAlgorithm });
  const client = await makeClient(here.serving);
  const { access } = await tokensOf(here.serving, client, { browser: here.browser });
  const good = await serversOwn(here.serving, access, signingAlgorithm);
  return { show: bearing(here, '/oauth/userinfo', good), close: here.serving.close };
}

async function ownAccess(serving: Serving, signingAlgorithm: Good['algorithm']): Promise<Good> {
  const { access } = await signIn(visit(serving), 'ada@example.com', { carrier: 'jwt' });
  return serversOwn(serving, access, signingAlgorithm);
}

/** An access token that carries a session, at our own API. */
async function carrier(signingAlgorithm: Good['algorithm']): Promise<Way> {
  const here = await place({ signingAlgorithm });
  const good = await ownAccess(here.serving, signingAlgorithm);
  return { show: bearing(here, '/api/v1/session', good), close: here.serving.close };
}

/** An access token at an API whose guard asks nobody. */
async function guarded(algorithm: Good['algorithm']): Promise<Way> {
  const { serving } = await place({ signingAlgorithm: algorithm });
  const good = await ownAccess(serving, algorithm);
  const api = guard({
    issuer: serving.origin,
    algorithm,
    clock: serving.clock,
    feed: 'pull',
    fetch: (url, init) => serving.send(new Request(url, init)),
    log: () => undefined,
  });
  return {
    show: async (forge) => {
      const token = forge(good);
      if (token === undefined || !fitsHeader(token)) return 'unsaid';
      const headers = { authorization: `Bearer ${token}` };
      const { failure } = await api.verify(new Request('https://api.example.com/', { headers }));
      if (failure?.code === 'server_unavailable') throw new Error('the guard could not tell');
      return verdict(failure === undefined);
    },
    close: async () => {
      api.close();
      await serving.close();
    },
  };
}

/** The ID token of an outside provider, whose keys are fetched from it (OpenID Connect Core §3.1.3.7). */
async function outside(): Promise<Way> {
  const house: SmallProvider = await smallProvider();
  const serving = await serveWith({ house: { issuer: house.issuer } }, (settings) =>
    serveHandler({ lightHashing: true, settings: { ...settings, networkAttempts: 100_000 } }),
  );
  const keys = { algorithm: 'ES256', privateKey: house.key, publicKey: createPublicKey(house.key) } as const;
  return {
    show: async (forge) => {
      let made: string | undefined;
      house.behaviour.token = (claims) => {
        made = forge(tokenBy(keys, { kid: 'one' }, claims));
        return made ?? '';
      };
      const visitor = visit(serving);
      await signInWith(visitor, 'house', house);
      if (made === undefined) return 'unsaid';
      return verdict((await visitor.ask('GET', '/api/v1/session')).status === 200);
    },
    close: async () => {
      await serving.close();
      await house.close();
    },
  };
}

const algorithms = ['EdDSA', 'ES256', 'RS256'] as const;
const each = (
  name: string,
  open: (algorithm: Good['algorithm']) => Promise<Way>,
): (readonly [string, () => Promise<Way>])[] =>
  algorithms.map((algorithm) => [`${name} by ${algorithm}`, () => open(algorithm)] as const);

/** All ways, by their names. */
export const ways: readonly (readonly [name: string, open: () => Promise<Way>])[] = [
  ...each('an ID token hint', hint),
  ...each('a client assertion', assertion),
  ...each('a proof of possession', dpop),
  ...each('an access token of a client', clientAccess),
  ...each('an access token of our own', carrier),
  ...each('an access token at a guarded API', guarded),
  ['an ID token of an outside provider by ES256', outside],
];
