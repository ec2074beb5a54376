/**
 * The grant `authorization_code` (RFC 6749 §4.1.3): a code becomes tokens once. What does not prove the code changes
 * nothing, so that a stranger who saw it cannot use it up; what proves it a second time ends what the first time gave.
 */
import { equalText } from '../../base/bytes.ts';
import { checkBinding } from '../../protocol/oauth/dpop.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import { checkVerifier } from '../../protocol/oauth/pkce.ts';
import { narrowResources } from '../../protocol/oauth/resource.ts';
import type { CodeRequest } from '../../protocol/oauth/token-request.ts';
import { appendEvent } from '../events.ts';
import type { Ports } from '../ports.ts';
import { type Session, sessionFault } from '../sessions/session.ts';
import type { Transaction } from '../store.ts';
import type { Handle } from '../tokens/handle.ts';
import { tellFeed } from '../tokens/tell-feed.ts';
import type { Code } from './code.ts';
import { covers } from './grant.ts';
import { scopesToGive } from './permitted-scopes.ts';
import { proofOf } from './proof.ts';
import { standingConsent } from './standing-consent.ts';
import { type FamilyPlan, startFamily } from './start-family.ts';
import { badGrant, type Grant, settle, type Trade } from './trade.ts';

/** Redeems a code. */
export const codeGrant: Grant<CodeRequest> = async (ports, trade) => {
  const handle = ports.handles.read('code', trade.request.code);
  const redeemed = await settle(ports, trade, (tx) => redeem(ports, tx, { trade, handle })).catch(
    (thrown: unknown) => {
      if (thrown instanceof OAuthFault && thrown.check === reuse) ports.tally.revoked();
      throw thrown;
    },
  );
  return redeemed.tokens;
};

/** The check that a code fails which was redeemed before. */
const reuse = 'code-reused';

interface Redemption {
  readonly trade: Trade<CodeRequest>;
  readonly handle: Handle | undefined;
}

async function redeem(ports: Ports, tx: Transaction, { trade, handle }: Redemption) {
  const code = handle && (await tx.codes.find(handle.locator));
  if (!handle || !code || !equalText(code.digest, handle.digest)) return badGrant('code-unknown');
  const wanted = checkCode(code, trade);
  const plan = await planOf(ports, tx, { trade, code, wanted }).catch(refusal);
  const begun = plan instanceof OAuthFault ? plan : await startFamily(ports, tx, plan);
  if (begun && !(begun instanceof OAuthFault)) return begun;
  // Whatever else is wrong with it by now: a code that comes again ends what it gave.
  return (await betrayed(ports, tx, { code, trade })) ?? begun ?? badGrant('code-unknown');
}

function refusal(thrown: unknown): OAuthFault {
  if (thrown instanceof OAuthFault) return thrown;
  throw thrown;
}

interface Proven {
  readonly trade: Trade<CodeRequest>;
  readonly code: Code;
  readonly wanted: readonly string[];
}

/** What a proven code is good for now. */
async function planOf(
  ports: Ports,
  tx: Transaction,
  { trade, code, wanted }: Proven,
): Promise<FamilyPlan | OAuthFault> {
  const now = ports.clock.now();
  const session = await tx.sessions.find(code.sessionId);
  const fault = session ? sessionFault(session, ports.settings, now) : { check: 'session-unknown' };
  if (!session || fault) return badGrant(fault?.check ?? 'session-unknown');
  if (now >= code.expiresAt) return badGrant('code-expired');
  if (!(await isAllowed(tx, { trade, code, session }))) return badGrant('consent-withdrawn');
  const { id: familyId, scopes, resources, claims, nonce } = code;
  const given = await scopesToGive({ roles: tx.roles, settings: ports.settings }, scopes, session);
  const proof = proofOf(code, session);
  return { trade, familyId, session, proof, scopes, resources, given, wanted, claims, nonce };
}

/**
 * Whether the person still allows what the code was given for. Nobody is asked for a client of the operator's own: what was
 * withdrawn from it, it would get again at once.
 */
async function isAllowed(
  tx: Transaction,
  { trade: { client }, code, session }: { trade: Trade; code: Code; session: Session },
): Promise<boolean> {
  if (client.firstParty) return true;
  return covers(await standingConsent(tx, { client, session, grantedAt: code.grantedAt }), code);
}

/** RFC 6749 §4.1.3, RFC 7636 §4.6, RFC 9449 §10, RFC 8707 §2.2. Returns the resources that are wanted. */
function checkCode(code: Code, { client, request, thumbprint }: Trade<CodeRequest>): readonly string[] {
  if (code.clientId !== client.id) throw badGrant('other-client');
  if (request.redirectUri === undefined ? code.redirectUriWasGiven : request.redirectUri !== code.redirectUri)
    throw badGrant('redirect-uri');
  checkVerifier(code.codeChallenge === '' ? undefined : code.codeChallenge, request.codeVerifier);
  if (code.dpopThumbprint !== '') checkBinding(code.dpopThumbprint, thumbprint, 'invalid_grant');
  return narrowResources(request.resources, code.resources);
}

/** RFC 6749 §4.1.2: somebody else had the code too, and nobody knows who came first. Undefined when it gave nothing yet. */
async function betrayed(
  ports: Ports,
  tx: Transaction,
  { code, trade }: { code: Code; trade: Trade },
): Promise<OAuthFault | undefined> {
  if (!(await tx.familyGrants.end(code.id))) return undefined;
  await tellFeed(ports, tx, code.id);
  await appendEvent(tx, ports.clock.now(), {
    type: 'code.reused',
    sessionId: code.sessionId,
    actor: 'stranger',
    network: trade.network,
    data: { client: code.clientId, family: code.id },
  });
  return badGrant(reuse);
}
