/**
 * Inspecting whatever looks like a token: its parts, and a finding for each thing that can be said of it. Nothing is kept, and
 * nothing counts as used.
 */

import { isRefused, proveClientAccess } from '../oauth/client-access-token.ts';
import type { Ports } from '../ports.ts';
import { sessionFault } from '../sessions/session.ts';
import type { Carrier, Wire } from '../tokens/carrier.ts';
import { standingOf } from '../tokens/family.ts';
import { type HandleKind, handlePrefixes } from '../tokens/handle.ts';
import { keyCarrier } from '../tokens/key-carrier.ts';
import { sessionCarriers } from '../tokens/session-carriers.ts';
import { type Finding, finding, type Liveness, refusedAs } from './finding.ts';
import { inspectJwt } from './inspect-jwt.ts';
import { inspectRow } from './inspect-row.ts';
import type { TokenPart } from './token-part.ts';

/** What was found. */
export interface Inspection {
  readonly form: 'jwt' | 'handle' | 'unknown';
  readonly parts: readonly TokenPart[];
  readonly findings: readonly Finding[];
}

/** Inspects a text. */
export async function inspectToken(ports: Ports, text: string): Promise<Inspection> {
  const still = withoutTraces(ports);
  const kind = kindOf(text);
  if (kind) return inspectHandle(still, kind, text);
  const jwt = await inspectJwt(still, text);
  if (!jwt) return { form: 'unknown', parts: [], findings: [finding('bad', 'not-a-token')] };
  const live = jwt.isSound ? await livenessOf(still, text, 'jwt') : undefined;
  return { form: 'jwt', parts: jwt.parts, findings: [...jwt.findings, ...(live ? [live] : [])] };
}

/** Looking at a session would count as using it. */
const withoutTraces = (ports: Ports): Ports => ({
  ...ports,
  report: () => undefined,
  store: {
    ...ports.store,
    transact: () => Promise.reject(new Error('an inspection writes nothing')),
  },
});

const isKind = (name: string): name is HandleKind => Object.hasOwn(handlePrefixes, name);
const handleKinds = Object.keys(handlePrefixes).filter(isKind);

const kindOf = (text: string): HandleKind | undefined =>
  handleKinds.find((kind) => text.startsWith(handlePrefixes[kind]));

/** Letters of the pieces behind the prefix: 16, 32 and 6 bytes, which do not end where letters do but for the last. */
const pieces = { locator: 22, secret: 42, check: 8 } as const;

async function inspectHandle(ports: Ports, kind: HandleKind, text: string): Promise<Inspection> {
  const prefix = handlePrefixes[kind];
  const body = text.slice(prefix.length);
  const secretEnd = pieces.locator + pieces.secret;
  const parts: TokenPart[] = [
    { name: 'prefix', text: prefix },
    { name: 'locator', text: body.slice(0, pieces.locator) },
    { name: 'secret', text: body.slice(pieces.locator, secretEnd) },
    { name: 'check', text: body.slice(secretEnd) },
  ];
  const handle = ports.handles.read(kind, text);
  const findings = [
    finding('note', 'handle-kind', { kind }),
    handle
      ? finding('good', 'check-holds', { locator: handle.locator })
      : finding('bad', 'check-fails', {
          length: text.length,
          wanted: prefix.length + secretEnd + pieces.check,
        }),
  ];
  const live = handle && ((await inspectRow(ports, kind, handle)) ?? (await livenessOf(ports, text, kind)));
  return { form: 'handle', parts, findings: live ? [...findings, live] : findings };
}

type Judge = (ports: Ports, text: string) => Promise<Liveness>;

/** What looks whether it lives, by kind; of the others their rows tell, or nobody before they are used. */
const judges: Readonly<Partial<Record<HandleKind | 'jwt', Judge>>> = {
  session: byCarriers(sessionCarriers.cookie),
  access: byCarriers(sessionCarriers.opaque),
  'api-key': byCarriers(keyCarrier),
  jwt: byCarriers(sessionCarriers.jwt, sessionCarriers['jwt-cookie']),
  'client-token': judgeClientToken,
  refresh: judgeRefresh,
};

async function livenessOf(
  ports: Ports,
  text: string,
  kind: HandleKind | 'jwt',
): Promise<Finding | undefined> {
  const verdict = await judges[kind]?.(ports, text);
  if (!verdict) return finding('note', 'one-time');
  return 'refused' in verdict ? refusedAs(verdict.refused) : finding('good', 'live', verdict.about);
}

/** No carrier that is asked here looks at the request. */
const noWire: Wire = { header: () => undefined, cookie: () => undefined, network: '' };

/** A token of a client is refused by every carrier as another's; then its own check is asked. */
function byCarriers(...carriers: readonly Carrier[]): Judge {
  return async (ports, text) => {
    for (const carrier of carriers) {
      const proof = await carrier.check(ports, text, noWire);
      if (!('refused' in proof))
        return {
          about: { account: proof.accountId, name: proof.accountName, session: proof.session?.id ?? '' },
        };
      const { check, client } = proof.refused;
      if (check !== 'other-carrier') return { refused: { ...proof.refused, check: String(check) } };
      if (client !== undefined) break;
    }
    return judgeClientToken(ports, text);
  };
}

async function judgeClientToken(ports: Ports, text: string): Promise<Liveness> {
  const verdict = await proveClientAccess(ports, text);
  if (isRefused(verdict)) return { refused: verdict };
  const { client, session } = verdict;
  return { about: { account: session?.accountId ?? '', name: client.name, session: session?.id ?? '' } };
}

async function judgeRefresh({ clock, handles, settings, store }: Ports, text: string): Promise<Liveness> {
  const handle = handles.read('refresh', text);
  const family = handle && (await store.read.families.find(handle.locator));
  if (!family) return { refused: { check: 'family-unknown' } };
  const now = clock.now();
  const fault = sessionFault(family.session, settings, now);
  if (fault) return { refused: { ...fault } };
  const { digest } = handle;
  const standing = standingOf(family, { digest, now, windowSeconds: settings.refreshWindowSeconds });
  if (standing.is === 'old') return { refused: { check: 'refresh-old' } };
  const { accountId: account, id: session } = family.session;
  return { about: { account, session, name: '', generation: family.generation } };
}
