/** Passkeys of the people in tests, over the API. */
import { type Credential, create, get, type Mood, type Options } from './authenticator.ts';
import type { Serving } from './serving.ts';
import type { Answer, Visitor } from './visitor.ts';

type Asker = Pick<Visitor, 'ask'>;

/** A ceremony under way. */
export interface Begun {
  readonly ceremony: string;
  readonly options: Options;
}

async function begin(asker: Asker, path: string): Promise<Begun> {
  const answer = await asker.ask('POST', path);
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
  const { ceremony, options } = answer.json as { ceremony: string; options: Options };
  return { ceremony, options };
}

/** Begins to sign in by a passkey. */
export const beginSignIn = (asker: Asker): Promise<Begun> => begin(asker, '/api/v1/sessions/passkey/options');

/** Begins to prove a session by a passkey. */
export const beginProof = (asker: Asker): Promise<Begun> => begin(asker, '/api/v1/session/proof/options');

/** Begins to add a passkey. */
export const beginRegistration = (asker: Asker): Promise<Begun> =>
  begin(asker, '/api/v1/account/factors/passkey-options');

/** Tries to add a passkey. */
export async function register(
  serving: Serving,
  asker: Asker,
  { mood = {}, begun }: { readonly mood?: Mood; readonly begun?: Begun } = {},
): Promise<{ readonly answer: Answer; readonly credential: Credential }> {
  const { ceremony, options } = begun ?? (await beginRegistration(asker));
  const made = create(serving.origin, options, mood);
  const body = { ceremony, name: 'Laptop', credential: made.answer };
  const answer = await asker.ask('POST', '/api/v1/account/factors/passkeys', { body });
  return { answer, credential: made.credential };
}

/** Adds a passkey and returns its credential. Throws when it is refused. */
export async function addPasskey(serving: Serving, asker: Asker, mood: Mood = {}): Promise<Credential> {
  const { answer, credential } = await register(serving, asker, { mood });
  if (answer.status !== 201) throw new Error(`register answered ${answer.status}: ${answer.text}`);
  return credential;
}

/** Tries to sign in by a passkey alone. */
export async function signInBy(
  serving: Serving,
  asker: Asker,
  {
    credential,
    mood = {},
    begun,
    carrier = 'opaque',
    keeps = false,
  }: {
    readonly credential: Credential;
    readonly mood?: Mood;
    readonly begun?: Begun;
    readonly carrier?: string;
    /** Keep the account if its owner has closed it. */
    readonly keeps?: boolean;
  },
): Promise<Answer> {
  const { ceremony, options } = begun ?? (await beginSignIn(asker));
  const shown = get(serving.origin, options, { credential, mood });
  const body = { ceremony, carrier, credential: shown, keep_account: keeps };
  return asker.ask('POST', '/api/v1/sessions/passkey', { body });
}

/** Tries to prove a session again by a passkey. */
export async function proveBy(
  serving: Serving,
  asker: Asker,
  {
    credential,
    mood = {},
    begun,
  }: { readonly credential: Credential; readonly mood?: Mood; readonly begun?: Begun },
): Promise<Answer> {
  const { ceremony, options } = begun ?? (await beginProof(asker));
  const passkey = { ceremony, credential: get(serving.origin, options, { credential, mood }) };
  return asker.ask('POST', '/api/v1/session/proof', { body: { passkey } });
}
