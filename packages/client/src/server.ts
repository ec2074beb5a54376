/**
 * The server as a client meets it: five requests, each with a time limit, and answers that are checked. Tokens and
 * passwords go to the issuer alone: a redirect is no answer and is not followed.
 */
import { accountOf, askedOf, jsonOf, membersOf, numberOf, textOf } from './check.ts';
import type { Account, AskedCode, CodeClaim, SignInClaim, SignUpDraft } from './client.ts';
import type { Clock } from './clock.ts';
import { ClientFailure } from './failure.ts';
import { type Held, tokensOf } from './held.ts';

/** What talking to the server takes. */
export interface ServerOptions {
  /** Without a slash at its end. */
  readonly issuer: string;
  readonly carrier: 'jwt' | 'opaque';
  readonly clientName: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** Milliseconds for one answer. */
  readonly timeout: number;
}

/** The server's verbs. All throw `server_unreachable`, `answer_malformed` and the server's own codes. */
export interface Server {
  signUp(draft: SignUpDraft): Promise<Account>;
  askCode(email: string): Promise<AskedCode>;
  signIn(claim: SignInClaim | CodeClaim): Promise<Held>;
  /** The successor. The predecessor stays good for a while, should the answer get lost. */
  refresh(held: Held, signal: AbortSignal): Promise<Held>;
  /** Ends the session of a token. Resolves with why not, and never rejects. */
  revoke(token: string): Promise<ClientFailure | undefined>;
}

/** Speaks to the server at `issuer`. */
export function serverAt({ issuer, carrier, clientName, fetch, clock, timeout }: ServerOptions): Server {
  const post = async (path: string, body: object, signal?: AbortSignal): Promise<unknown> => {
    const patience = new AbortController();
    const cancel = clock.after(timeout, () => patience.abort());
    try {
      const response = await fetch(`${issuer}/api/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(body),
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, patience.signal]) : patience.signal,
      });
      const said = jsonOf(await response.text());
      if (response.ok) return said;
      throw refusal(response, said);
    } catch (thrown) {
      if (thrown instanceof ClientFailure) throw thrown;
      throw new ClientFailure('server_unreachable', { cause: thrown });
    } finally {
      cancel();
    }
  };
  return {
    signUp: async (draft) => accountOf(await post('accounts', draft)) ?? malformed(),
    askCode: async (email) => askedOf(await post('sessions/mail', { email })) ?? malformed(),
    signIn: async ({ recoveryCode: recovery_code, ...claim }) => {
      const issuedAt = clock.now();
      const path = 'ticket' in claim ? 'sessions/mail/confirm' : 'sessions';
      const said = await post(path, { ...claim, recovery_code, carrier, client_name: clientName });
      const { account, session } = membersOf(said);
      const tokens = tokensOf(said, issuedAt) ?? malformed();
      const sessionId = textOf(membersOf(session)['id']) ?? malformed();
      return { ...tokens, account: accountOf(account) ?? malformed(), sessionId };
    },
    refresh: async (held, signal) => {
      const issuedAt = clock.now();
      const said = await post('tokens/refresh', { refresh_token: held.refreshToken }, signal);
      return { ...held, ...(tokensOf(said, issuedAt) ?? malformed()) };
    },
    revoke: (token) =>
      post('tokens/revoke', { token }).then(
        () => undefined,
        (failure: ClientFailure) => failure,
      ),
  };
}

function malformed(): never {
  throw new ClientFailure('answer_malformed');
}

/** What a refusal says (RFC 9457), as far as it says anything. */
function refusal({ status, headers }: Response, said: unknown): ClientFailure {
  const { code, title, errors, decision } = membersOf(said);
  const seconds = headers.get('retry-after') ?? '';
  return new ClientFailure(textOf(code) ?? (status < 500 ? 'answer_malformed' : 'server_unreachable'), {
    message: textOf(title),
    status,
    retryAfter: /^\d{1,6}$/.test(seconds) ? numberOf(Number(seconds)) : undefined,
    fields: Array.isArray(errors) ? errors.flatMap(fieldFault) : [],
    decision: textOf(decision),
  });
}

function fieldFault(one: unknown): { field: string; message: string }[] {
  const { field, message } = membersOf(one);
  return typeof field === 'string' && typeof message === 'string' ? [{ field, message }] : [];
}
