/**
 * Whether the row that a handle names would take it. These handles are shown once, or beside something else, so nothing here tries
 * them: their rows are looked at, and stay as they are.
 */
import { equalText } from '../../base/bytes.ts';
import type { Ports } from '../ports.ts';
import type { Reads } from '../store.ts';
import type { Handle, HandleKind } from '../tokens/handle.ts';
import { type Finding, finding } from './finding.ts';

interface Row {
  readonly digest: string;
  /** Milliseconds since 1970; 0 for never. */
  readonly expiresAt: number;
  /** Whether it did what it is for. */
  readonly isUsed?: boolean;
}

type Find = (read: Reads, id: string) => Promise<Row | undefined>;

const finders: Readonly<Partial<Record<HandleKind, Find>>> = {
  'client-secret': ({ clientSecrets }, id) => clientSecrets.find(id),
  authorization: ({ authorizations }, id) => authorizations.find(id),
  code: async ({ codes, families }, id) => {
    const [code, family] = await Promise.all([codes.find(id), families.find(id)]);
    return code && { ...code, isUsed: family !== undefined };
  },
  device: ({ deviceAuthorizations }, id) => deviceAuthorizations.find(id),
  'registration-token': async ({ registrationTokens }, id) => {
    const token = await registrationTokens.find(id);
    return token && { ...token, isUsed: token.uses === 0 };
  },
  ticket: ({ mailTickets }, id) => mailTickets.find(id),
  'remembered-device': ({ rememberedDevices }, id) => rememberedDevices.find(id),
};

/** What is found; undefined for handles whose row cannot be looked at without using it up. */
export async function inspectRow(
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  kind: HandleKind,
  { locator, digest }: Handle,
): Promise<Finding | undefined> {
  const find = finders[kind];
  if (!find) return undefined;
  const row = await find(store.read, locator);
  if (!row) return finding('bad', 'row-gone');
  if (!equalText(row.digest, digest)) return finding('bad', 'row-other');
  if (row.isUsed) return finding('bad', 'row-used');
  if (row.expiresAt === 0) return finding('good', 'row-takes');
  const seconds = Math.round((row.expiresAt - clock.now()) / 1000);
  return seconds > 0
    ? finding('good', 'row-takes-for', { seconds })
    : finding('bad', 'row-over', { seconds: -seconds });
}
