/**
 * A client's request to sign a person out (OpenID Connect RP-Initiated Logout §2, §3). Only an ID token of the very session
 * that the browser carries speaks for the person; else the person is asked.
 */
import {
  type EndSessionRequest,
  endSessionClient,
  postLogoutLocation,
} from '../../protocol/oauth/end-session.ts';
import type { HintedSession } from '../../protocol/oauth/id-token.ts';
import type { Client } from '../clients/client.ts';
import type { Ports } from '../ports.ts';
import { endSession } from '../sessions/end-session.ts';
import { type Session, sessionFault } from '../sessions/session.ts';
import { proveIdTokenHint } from './id-token-hint.ts';

/** What is to be done about a request. */
export interface SignOutPlan {
  /** Nobody needs to be asked. */
  readonly agreed: boolean;
  /** The client that asks, where it is named and known. */
  readonly client: Client | undefined;
  /** Where the person goes afterwards. */
  readonly location: string | undefined;
}

/**
 * Judges a request at a browser that carries the sessions `held`. Throws `invalid_request` for a hint that is none of ours
 * or another client's, and for an address that is not registered for the client.
 */
export async function planSignOut(
  ports: Pick<Ports, 'clock' | 'keys' | 'settings' | 'store'>,
  request: EndSessionRequest,
  held: readonly Session[],
): Promise<SignOutPlan> {
  const { idTokenHint } = request;
  const hint = idTokenHint === undefined ? undefined : await proveIdTokenHint(ports, idTokenHint);
  const clientId = endSessionClient(request, hint?.clientId);
  const named = clientId === undefined ? undefined : await ports.store.read.clients.find(clientId);
  const client = named?.status === 'active' ? named : undefined;
  const location = postLogoutLocation(
    request,
    client && { registered: client.postLogoutRedirectUris, application: client.application },
  );
  return { agreed: hint !== undefined && (await speaksFor(ports, hint, held)), client, location };
}

/**
 * Whether the hint is of a session that this browser carries, or of one that is over at a browser that carries none: then
 * there is nothing to ask about.
 */
async function speaksFor(
  { store, settings, clock }: Pick<Ports, 'clock' | 'settings' | 'store'>,
  { sessionId }: HintedSession,
  held: readonly Session[],
): Promise<boolean> {
  if (held.length > 0) return held.some(({ id }) => id === sessionId);
  const session = await store.read.sessions.find(sessionId);
  return !session || sessionFault(session, settings, clock.now()) !== undefined;
}

/** Ends the sessions that a browser carries. */
export async function signOutBrowser(
  ports: Ports,
  { held, network }: { held: readonly Session[]; network: string },
): Promise<void> {
  if (held.length === 0) return;
  await ports.store.transact(async (tx) => {
    for (const session of held) {
      const ending = { by: session.accountId, reason: 'sign-out', network } as const;
      await endSession(ports, tx, { session, ending });
    }
  });
  ports.tally.revoked();
}
