/**
 * The grant of devices (RFC 8628 §3.4): a device asks until its person has decided.
 */
import { equalText } from '../../base/bytes.ts';
import { type OAuthErrorCode, OAuthFault } from '../../protocol/oauth/error.ts';
import { narrowResources } from '../../protocol/oauth/resource.ts';
import type { DeviceRequest } from '../../protocol/oauth/token-request.ts';
import type { Ports } from '../ports.ts';
import { sessionFault } from '../sessions/session.ts';
import type { Transaction } from '../store.ts';
import type { Handle } from '../tokens/handle.ts';
import type { DeviceAuthorization } from './device-authorization.ts';
import { scopesToGive } from './permitted-scopes.ts';
import { proofOf } from './proof.ts';
import { standingConsent } from './standing-consent.ts';
import { startFamily } from './start-family.ts';
import { badGrant, type Grant, settle, type Trade } from './trade.ts';

/** Redeems a device code that was allowed. */
export const deviceCodeGrant: Grant<DeviceRequest> = async (ports, trade) => {
  const handle = ports.handles.read('device', trade.request.deviceCode);
  const { tokens } = await settle(ports, trade, (tx) => ask(ports, tx, { trade, handle }));
  return tokens;
};

interface Question {
  readonly trade: Trade<DeviceRequest>;
  readonly handle: Handle | undefined;
}

async function ask(ports: Ports, tx: Transaction, { trade, handle }: Question) {
  const now = ports.clock.now();
  const device = handle && (await tx.deviceAuthorizations.find(handle.locator));
  if (!handle || !device || !equalText(device.digest, handle.digest)) return badGrant('device-unknown');
  if (device.clientId !== trade.client.id) return badGrant('other-client');
  if (now >= device.expiresAt) return told('expired_token', 'The device code has expired.');
  if (device.status === 'refused') return told('access_denied', 'The person has refused.');
  if (device.status === 'pending') return wait(tx, device, now);
  const wanted = narrowResources(trade.request.resources, device.resources);
  const session = await tx.sessions.find(device.sessionId);
  const fault = session ? sessionFault(session, ports.settings, now) : { check: 'session-unknown' };
  if (!session || fault) return badGrant(fault?.check ?? 'session-unknown');
  const { id, digest, resources } = device;
  const { client } = trade;
  if (!(await standingConsent(tx, { client, session, grantedAt: device.grantedAt })))
    return told('access_denied', 'The person does not allow it any more.');
  // What the client may not have any more was not shown when the person allowed it.
  const scopes = device.scopes.filter((scope) => client.scopes.includes(scope));
  const given = await scopesToGive({ roles: tx.roles, settings: ports.settings }, scopes, session);
  if (!(await tx.deviceAuthorizations.consume({ id, digest, now }))) return badGrant('device-unknown');
  const begun = await startFamily(ports, tx, {
    trade,
    familyId: id,
    session,
    proof: proofOf(device, session),
    scopes,
    resources,
    given,
    wanted,
    claims: '',
    nonce: '',
  });
  return begun ?? badGrant('device-unknown');
}

/** RFC 8628 §3.5. */
const wait = async (tx: Transaction, { id }: DeviceAuthorization, now: number): Promise<OAuthFault> =>
  (await tx.deviceAuthorizations.poll(id, now))
    ? told('authorization_pending', 'The person has not decided yet.')
    : told('slow_down', 'Ask less often.');

const told = (error: OAuthErrorCode, description: string): OAuthFault => new OAuthFault(error, description);
