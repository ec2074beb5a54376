/**
 * The four carriers that a sign-in can ask for: cookie session, opaque token, JWT bearer and JWT in a cookie.
 */
import { equalText } from '../../base/bytes.ts';
import { uuidv7 } from '../../base/uuid.ts';
import { parseAuthorization } from '../../protocol/authorization-header.ts';
import type { Ports } from '../ports.ts';
import { seenStep, sessionFault } from '../sessions/session.ts';
import type { SessionWithAccount, Transaction } from '../store.ts';
import { endFault, proveAccessToken } from './access-token.ts';
import type { Delivery, Proof, Refusal, SessionCarrier, StartedSession, Wire } from './carrier.ts';
import { type Handle, handlePrefixes } from './handle.ts';
import { accessEnd, cookieNames, deliver } from './token-answer.ts';

const nothing = '';

/** An opaque handle in an HttpOnly cookie; the session lives on the server alone. */
const cookieCarrier: SessionCarrier = {
  name: 'cookie',
  ambient: true,
  cookies: [cookieNames.session],
  issue: async (ports, tx, session) => {
    const handle = ports.handles.mint('session', session.id);
    await tx.sessions.insert(session, handle.digest);
    return async () => inCookie(ports, session, handle);
  },
  renew: async (ports, tx, session) => {
    const { id, provenAt, amr } = session;
    const handle = ports.handles.mint('session', id);
    const proof = { provenAt, amr, handleDigest: handle.digest };
    return (await tx.sessions.proveAgain(id, proof))
      ? async () => inCookie(ports, session, handle)
      : undefined;
  },
  find: (wire) => wire.cookie(cookieNames.session),
  check: async (ports, value) => {
    const handle = ports.handles.read('session', value);
    if (!handle) return { refused: { check: 'handle-forged' } };
    const session = await ports.store.read.sessions.find(handle.locator);
    if (!session || !equalText(session.handleDigest, handle.digest)) {
      return { refused: { check: 'session-unknown', session: handle.locator } };
    }
    return proofOf(ports, session);
  },
};

function inCookie({ clock }: Ports, { expiresAt }: StartedSession, { text: value }: Handle): Delivery {
  const maxAge = Math.round((expiresAt - clock.now()) / 1000);
  return { cookies: [{ name: cookieNames.session, value, maxAge, sameSite: 'Lax' }], tokens: undefined };
}

/** An opaque access token in `Authorization: Bearer`, beside a refresh token. */
const opaqueCarrier: SessionCarrier = {
  name: 'opaque',
  ambient: false,
  issue: (ports, tx, session) => issueFamily(ports, tx, session),
  renew: (_ports, tx, session) => renewFamily(tx, session),
  find: (wire) => bearer(wire, (token) => token.startsWith(handlePrefixes.access)),
  check: async (ports, value) => {
    const handle = ports.handles.read('access', value);
    if (!handle) return { refused: { check: 'handle-forged' } };
    const family = await ports.store.read.families.findAccess(handle.locator);
    if (!family) return { refused: { check: 'family-unknown', family: handle.locator } };
    // A client's token opens what was granted to the client, and is never the session itself.
    if (family.clientId !== '') return ofClient(family.clientId, family.session);
    const live = equalText(family.accessDigest, handle.digest);
    if (!live && !equalText(family.priorAccessDigest, handle.digest)) {
      return { refused: { check: 'token-superseded', session: family.session.id } };
    }
    const fault = endFault(ports, live ? family.accessExpiresAt : family.priorAccessExpiresAt);
    return fault ? { refused: { ...fault, ...about(family.session) } } : proofOf(ports, family.session);
  },
};

/** A signed access token in `Authorization: Bearer` (RFC 6750, RFC 9068), beside a refresh token. */
const jwtCarrier: SessionCarrier = {
  name: 'jwt',
  ambient: false,
  issue: (ports, tx, session) => issueFamily(ports, tx, session),
  renew: (_ports, tx, session) => renewFamily(tx, session),
  // Every handle of ours wears `dw_`; what does not, and is a bearer token, can only be a JWT.
  find: (wire) => bearer(wire, (token) => !token.startsWith('dw_')),
  check: (ports, value) => checkJwt(ports, value, 'jwt'),
};

/** The same JWT in an HttpOnly cookie, its refresh token in another. */
const jwtCookieCarrier: SessionCarrier = {
  name: 'jwt-cookie',
  ambient: true,
  cookies: [cookieNames.token, cookieNames.refresh],
  issue: (ports, tx, session) => issueFamily(ports, tx, session),
  renew: (_ports, tx, session) => renewFamily(tx, session),
  find: (wire) => wire.cookie(cookieNames.token),
  check: (ports, value) => checkJwt(ports, value, 'jwt-cookie'),
};

/** All four, by name. */
export const sessionCarriers = {
  cookie: cookieCarrier,
  opaque: opaqueCarrier,
  jwt: jwtCarrier,
  'jwt-cookie': jwtCookieCarrier,
} as const;

/** The name of one of them. */
export type BuiltInCarrier = keyof typeof sessionCarriers;

async function issueFamily(
  ports: Ports,
  tx: Transaction,
  session: StartedSession,
): Promise<() => Promise<Delivery>> {
  const now = ports.clock.now();
  const id = uuidv7(now);
  const refresh = ports.handles.mint('refresh', id);
  const access = session.carrier === 'opaque' ? ports.handles.derive('access', id, refresh) : undefined;
  const accessExpiresAt = accessEnd(ports, session.expiresAt);
  await tx.sessions.insert(session, nothing);
  await tx.families.insert({
    id,
    sessionId: session.id,
    generation: 0,
    digest: refresh.digest,
    priorDigest: refresh.digest,
    rotatedAt: now,
    accessDigest: access?.digest ?? nothing,
    accessExpiresAt,
    priorAccessDigest: nothing,
    priorAccessExpiresAt: 0,
  });
  return () => deliver(ports, { session, refresh, access, accessExpiresAt });
}

/** The tokens go on as they are, and state what was proven from their next refresh on. */
async function renewFamily(
  tx: Transaction,
  { id, provenAt, amr }: StartedSession,
): Promise<(() => Promise<Delivery>) | undefined> {
  const proof = { provenAt, amr, handleDigest: nothing };
  return (await tx.sessions.proveAgain(id, proof))
    ? async () => ({ cookies: [], tokens: undefined })
    : undefined;
}

function bearer(wire: Wire, mine: (token: string) => boolean): string | undefined {
  const authorization = parseAuthorization(wire.header('authorization'));
  return authorization?.scheme === 'bearer' && mine(authorization.token) ? authorization.token : undefined;
}

async function checkJwt(
  ports: Ports,
  token: string,
  carrier: 'jwt' | 'jwt-cookie',
): Promise<Proof | Refusal> {
  const claims = await proveAccessToken(ports, token);
  if ('check' in claims) return { refused: { ...claims } };
  const session = await ports.store.read.sessions.find(claims.sid);
  if (!session || session.accountId !== claims.sub) {
    return { refused: { check: 'session-unknown', session: claims.sid } };
  }
  if ('client_id' in claims) return ofClient(String(claims.client_id), session);
  // A token that was made for one carrier is not accepted as another.
  if (session.carrier !== carrier) return { refused: { check: 'other-carrier', ...about(session) } };
  return proofOf(ports, session);
}

const ofClient = (client: string, session: SessionWithAccount): Refusal => ({
  refused: { check: 'other-carrier', client, ...about(session) },
});

function proofOf(ports: Ports, session: SessionWithAccount): Proof | Refusal {
  const now = ports.clock.now();
  const fault = sessionFault(session, ports.settings, now);
  if (fault) return { refused: { ...fault, ...about(session) } };
  if (now - session.seenAt >= seenStep) touch(ports, session.id, now);
  return {
    accountId: session.accountId,
    accountName: session.accountName,
    roles: session.roles,
    session,
    scopes: undefined,
    provenAt: session.provenAt,
    amr: session.amr,
  };
}

/** Nobody waits for this write; should it fail, the session merely looks idle for a minute longer. */
function touch({ store, report }: Ports, id: string, now: number): void {
  store.transact((tx) => tx.sessions.touch(id, now)).catch(report);
}

const about = (session: SessionWithAccount): { session: string; account: string } => ({
  session: session.id,
  account: session.accountId,
});
