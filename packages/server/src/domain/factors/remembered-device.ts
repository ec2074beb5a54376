/**
 * Remembered devices: a browser in which somebody has shown a second factor may stand for it the next time, and for nothing
 * else. Its cookie holds a handle that is another one after each use, so that a copy gives itself away. What the session then
 * states stays true: one factor was proven.
 */
import { hash } from 'node:crypto';
import { equalText } from '../../base/bytes.ts';
import { networkOf } from '../../base/network.ts';
import { uuidv7 } from '../../base/uuid.ts';
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import type { CookieValue } from '../tokens/carrier.ts';
import type { Handle } from '../tokens/handle.ts';
import type { RememberedDevice } from './factor.ts';

/** The name of the cookie by which a browser is remembered for an account: several may share a browser. */
export const deviceCookie = (accountId: string): string =>
  `doorward_device_${hash('sha256', accountId, 'hex').slice(0, 16)}`;

/** A browser that shows up, or is to be remembered. */
interface DeviceVisit {
  readonly accountId: string;
  readonly network: string;
  readonly clientName: string;
}

/** A handle that came with a sign-in. */
interface ShownDevice extends Omit<DeviceVisit, 'clientName'> {
  readonly shown: string;
}

/**
 * Uses a remembered device inside a transaction: answers the cookie that takes the place of the one shown, or undefined when
 * it stands for nothing.
 */
export async function useDevice(
  ports: Ports,
  tx: Transaction,
  { accountId, network, shown }: ShownDevice,
): Promise<CookieValue | undefined> {
  const handle = ports.handles.read('remembered-device', shown);
  if (!handle) return undefined;
  const now = ports.clock.now();
  const next = ports.handles.mint('remembered-device', handle.locator);
  const from = { id: handle.locator, accountId, digest: handle.digest, now };
  const to = { digest: next.digest, network: networkOf(network) };
  const device = await tx.rememberedDevices.find(handle.locator);
  if (device?.accountId !== accountId || device.expiresAt <= now) return undefined;
  return (await tx.rememberedDevices.rotate(from, to))
    ? cookieOf(accountId, next, device.expiresAt - now)
    : undefined;
}

/** Forgets a device inside a transaction whose handle was shown again after it had been used: somebody has a copy. */
export async function forgetCopied(
  ports: Ports,
  tx: Transaction,
  { accountId, network, shown }: ShownDevice,
): Promise<void> {
  const handle = ports.handles.read('remembered-device', shown);
  const device = handle && (await tx.rememberedDevices.find(handle.locator));
  if (!handle || device?.accountId !== accountId || equalText(device.digest, handle.digest)) return;
  await forget(ports, tx, { id: device.id, accountId, network, reason: 'copied', actor: 'system' });
}

/** Remembers a browser inside a transaction, for as long as the setting says: answers its cookie, or undefined for never. */
export async function rememberDevice(
  { handles, clock, settings }: Ports,
  tx: Transaction,
  { accountId, network, clientName }: DeviceVisit,
): Promise<CookieValue | undefined> {
  const life = settings.rememberedDeviceSeconds * 1000;
  if (life === 0) return undefined;
  const now = clock.now();
  const handle = handles.mint('remembered-device', uuidv7(now));
  const device: RememberedDevice = {
    id: handle.locator,
    accountId,
    digest: handle.digest,
    network: networkOf(network),
    clientName,
    createdAt: now,
    usedAt: now,
    expiresAt: now + life,
  };
  await tx.rememberedDevices.insert(device);
  const data = { device: device.id };
  await appendEvent(tx, now, { type: 'remembered-device.added', accountId, actor: accountId, network, data });
  return cookieOf(accountId, handle, life);
}

/** Forgets a device of an account. Throws `not_found` when the account has no such device, whoever else's it may be. */
export const forgetDevice = async (
  ports: Ports,
  device: { readonly id: string; readonly accountId: string; readonly network: string },
): Promise<void> =>
  ports.store.transact(async (tx) => {
    const { id, accountId } = device;
    if (!(await forget(ports, tx, { ...device, reason: 'ended-by-owner', actor: accountId })))
      throw fail('not_found', { detail: { device: id } });
  });

async function forget(
  { clock }: Ports,
  tx: Transaction,
  {
    id,
    accountId,
    network,
    reason,
    actor,
  }: { id: string; reason: string; actor: string } & Omit<DeviceVisit, 'clientName'>,
): Promise<boolean> {
  if (!(await tx.rememberedDevices.delete(id, accountId))) return false;
  const data = { device: id, reason };
  await appendEvent(tx, clock.now(), { type: 'remembered-device.ended', accountId, actor, network, data });
  return true;
}

const cookieOf = (accountId: string, { text }: Handle, life: number): CookieValue => ({
  name: deviceCookie(accountId),
  value: text,
  maxAge: Math.round(life / 1000),
  // It is shown with the form that brings the password, which is always our own.
  sameSite: 'Strict',
});
