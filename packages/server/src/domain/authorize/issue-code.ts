import { uuidv7 } from '../../base/uuid.ts';
import type { AuthorizationRequest } from '../../protocol/oauth/authorization-request.ts';
import type { Client } from '../clients/client.ts';
import { codeSeconds } from '../oauth/code.ts';
import type { Grant } from '../oauth/grant.ts';
import { rememberConsent } from '../oauth/remember-consent.ts';
import type { Ports } from '../ports.ts';
import type { Session } from '../sessions/session.ts';
import { consumeWaiting, type WaitingRequest } from './held-request.ts';
import type { PersonActs } from './step.ts';

/** A request that passed every step. */
export interface PassedRequest {
  readonly client: Client;
  readonly request: AuthorizationRequest;
  readonly session: Session;
  /** Undefined when it never waited. */
  readonly waiting: WaitingRequest | undefined;
  readonly acts: PersonActs;
  /** What stood when nobody was asked. */
  readonly grant: Grant | undefined;
  readonly network: string;
}

/**
 * Gives a code for a request (RFC 6749 §4.1.2). The request is used up, the consent is remembered and the code is written
 * in one transaction: whatever is sent twice gives one code. Throws `authorization_over` and `store_unavailable`.
 */
export async function issueCode(ports: Ports, passed: PassedRequest): Promise<string> {
  const { client, request, session, waiting, acts } = passed;
  const now = ports.clock.now();
  const code = ports.handles.mint('code', uuidv7(now));
  await ports.store.transact(async (tx) => {
    if (waiting) await consumeWaiting(tx, waiting.handle, now);
    const grantedAt = acts.consented
      ? await rememberConsent(tx, now, { client, session, network: passed.network, asked: request })
      : (passed.grant?.createdAt ?? 0);
    await tx.codes.insert({
      id: code.locator,
      digest: code.digest,
      clientId: client.id,
      sessionId: session.id,
      redirectUri: request.redirectUri,
      redirectUriWasGiven: request.redirectUriWasGiven,
      codeChallenge: request.codeChallenge ?? '',
      scopes: request.scopes,
      nonce: request.nonce ?? '',
      resources: request.resources,
      claims: request.claims ? JSON.stringify(request.claims) : '',
      dpopThumbprint: request.dpopThumbprint ?? '',
      expiresAt: now + codeSeconds * 1000,
      grantedAt,
      provenAt: session.provenAt,
      amr: session.amr,
    });
  });
  return code.text;
}
