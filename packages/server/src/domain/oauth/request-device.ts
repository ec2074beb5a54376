/**
 * The device authorization request (RFC 8628 §3.1): a device without a browser begins to wait for its person.
 */
import { randomBytes } from 'node:crypto';
import { uuidv7 } from '../../base/uuid.ts';
import { parseDeviceAuthorization, userCodeFrom } from '../../protocol/oauth/device.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import { allowedScopes } from '../../protocol/oauth/scope.ts';
import { deviceGrant } from '../../protocol/oauth/token-request.ts';
import { authenticateClient, type ClientClaim } from '../clients/authenticate-client.ts';
import type { Client } from '../clients/client.ts';
import type { Ports } from '../ports.ts';
import { deviceCharge, spend } from '../sessions/attempt-budget.ts';
import { type DeviceAuthorization, deviceIntervalSeconds, deviceSeconds } from './device-authorization.ts';
import { knownResources } from './known-resources.ts';

/** What a device is told. Times are in seconds. */
export interface WaitingDevice {
  /** A secret of the device. */
  readonly deviceCode: string;
  /** What its person types. */
  readonly userCode: string;
  readonly expiresIn: number;
  readonly interval: number;
}

/**
 * Lets a device of a client wait. Throws OAuthFault for a client that is not proven or may not, and for scopes and
 * resources that it may not have; `attempts_exhausted` when too many began to wait from a network, of clients that prove
 * nothing; `store_unavailable`.
 */
export async function requestDevice(ports: Ports, claim: ClientClaim): Promise<WaitingDevice> {
  const client = await authenticateClient(ports, claim);
  if (!client.grantTypes.includes(deviceGrant))
    throw new OAuthFault('unauthorized_client', 'The client may not use this grant type.');
  const { scopes, resources } = parseDeviceAuthorization(claim.parameters);
  const asked = {
    scopes: allowedScopes(scopes, client.scopes),
    resources: knownResources(ports.settings, resources),
  };
  if (client.authentication === 'none')
    await spend(ports, [deviceCharge(ports, claim.network)], claim.network);
  return startWaiting(ports, client, asked);
}

/** Two codes that live at once and are the same are not met twice in a row. */
const tries = 5;

async function startWaiting(
  { store, clock, handles }: Ports,
  { id: clientId }: Client,
  asked: Pick<DeviceAuthorization, 'scopes' | 'resources'>,
): Promise<WaitingDevice> {
  const now = clock.now();
  const { locator: id, digest, text: deviceCode } = handles.mint('device', uuidv7(now));
  const waiting = {
    ...asked,
    id,
    digest,
    clientId,
    status: 'pending',
    sessionId: '',
    intervalSeconds: deviceIntervalSeconds,
    polledAt: 0,
    createdAt: now,
    expiresAt: now + deviceSeconds * 1000,
    grantedAt: 0,
    provenAt: 0,
    amr: '',
  } as const;
  for (let turn = 0; turn < tries; turn++) {
    const userCode = userCodeFrom(randomBytes(32));
    if (userCode === undefined) continue;
    if (await store.transact((tx) => tx.deviceAuthorizations.insert({ ...waiting, userCode })))
      return { deviceCode, userCode, expiresIn: deviceSeconds, interval: deviceIntervalSeconds };
  }
  throw new Error('no user code was free');
}
