/**
 * The person behind a device (RFC 8628 §3.3): they open its user code, see who asks for what, and decide. A code belongs
 * to the account that opened it first.
 */
import { deviceGrant } from '../../protocol/oauth/token-request.ts';
import type { Client } from '../clients/client.ts';
import { appendEvent } from '../events.ts';
import { type DomainFailure, fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import { restore, spend, userCodeCharges } from '../sessions/attempt-budget.ts';
import type { SessionWithAccount, Transaction } from '../store.ts';
import type { DeviceAuthorization } from './device-authorization.ts';
import { permittedScopes, type ScopeRules } from './permitted-scopes.ts';
import { rememberConsent } from './remember-consent.ts';

/** Somebody who typed a code, in its one spelling. */
export interface DeviceVisit {
  readonly userCode: string;
  readonly session: SessionWithAccount;
  readonly network: string;
}

/** A device that waits for the word of its person. */
export interface OpenedDevice {
  readonly client: Client;
  readonly userCode: string;
  /** What it asks for, and its client and the account may have by now. */
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
}

/**
 * Opens a user code. Every code that opens nothing is paid for, and all of them are answered alike: throws
 * `user_code_refused`, `attempts_exhausted` and `store_unavailable`.
 */
export async function openDevice(ports: Ports, visit: DeviceVisit): Promise<OpenedDevice> {
  const { session, network } = visit;
  const charges = userCodeCharges(ports, { accountId: session.accountId, network });
  await spend(ports, charges, network);
  return ports.store.transact(async (tx) => {
    const now = ports.clock.now();
    const { device, client, opened } = await waiting(tx, now, visit);
    const { id } = device;
    const asked = await shown({ roles: tx.roles, settings: ports.settings }, device, { client, session });
    const { scopes } = asked;
    if (scopes.length === 0 && device.scopes.length > 0) throw refused('scope-permitted');
    if (!opened && !(await tx.deviceAuthorizations.open({ id, sessionId: session.id, scopes, now })))
      throw refused('device-opened');
    await restore(tx, charges);
    return asked;
  });
}

/**
 * Decides about a device that was opened. Throws `user_code_refused`, also where the account has not opened it, and
 * `store_unavailable`.
 */
export async function decideDevice(
  ports: Pick<Ports, 'store' | 'clock' | 'settings'>,
  visit: DeviceVisit,
  status: 'allowed' | 'refused',
): Promise<Client> {
  return ports.store.transact(async (tx) => {
    const { session, network } = visit;
    const now = ports.clock.now();
    const { device, client, opened } = await waiting(tx, now, visit);
    if (!opened) throw refused('device-not-opened');
    const isAllowed = status === 'allowed';
    const rules = { roles: tx.roles, settings: ports.settings };
    const remember = async (): Promise<number> => {
      const asked = await shown(rules, device, { client, session });
      return rememberConsent(tx, now, { client, session, network, asked });
    };
    const grantedAt = isAllowed ? await remember() : 0;
    const { id: sessionId, provenAt, amr } = isAllowed ? session : { id: '', provenAt: 0, amr: '' };
    const decision = { id: device.id, status, sessionId, grantedAt, provenAt, amr, now };
    if (!(await tx.deviceAuthorizations.decide(decision))) throw refused('device-decided');
    await appendEvent(tx, now, {
      type: isAllowed ? 'device.allowed' : 'device.refused',
      accountId: session.accountId,
      sessionId: session.id,
      actor: session.accountId,
      network,
      data: { client: client.id },
    });
    return client;
  });
}

/** The device behind a code, while the account may decide about it. Throws `user_code_refused`. */
async function waiting(tx: Transaction, now: number, { userCode, session }: DeviceVisit) {
  const device = await tx.deviceAuthorizations.findByUserCode(userCode);
  if (!device) throw refused('user-code-unknown');
  if (device.status !== 'pending') throw refused('device-decided');
  if (now >= device.expiresAt) throw refused('device-expired');
  const opened = device.sessionId !== '';
  const opener = opened ? await tx.sessions.find(device.sessionId) : session;
  if (opener?.accountId !== session.accountId) throw refused('device-opened');
  const client = await tx.clients.find(device.clientId);
  if (client?.status !== 'active') throw refused(client ? 'client-disabled' : 'client-unknown');
  if (!client.grantTypes.includes(deviceGrant)) throw refused('device-grant');
  return { device, client, opened };
}

async function shown(
  rules: ScopeRules,
  { userCode, scopes, resources }: DeviceAuthorization,
  { client, session }: Pick<DeviceVisit, 'session'> & { readonly client: Client },
): Promise<OpenedDevice> {
  const allowed = scopes.filter((scope) => client.scopes.includes(scope));
  return { client, userCode, scopes: await permittedScopes(rules, allowed, session), resources };
}

const refused = (check: string): DomainFailure => fail('user_code_refused', { detail: { check } });
