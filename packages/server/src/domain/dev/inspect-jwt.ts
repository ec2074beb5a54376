/** The inspection of a JWT: its parts decoded, its signature judged, and every claim of it, whether the others hold or not. */
import { fromBase64url, utf8 } from '../../base/bytes.ts';
import type { Ports } from '../ports.ts';
import { type Finding, finding } from './finding.ts';
import type { TokenPart } from './token-part.ts';

/** A JWT taken apart. */
export interface InspectedJwt {
  readonly parts: readonly TokenPart[];
  readonly findings: readonly Finding[];
  /** The signature holds and nothing is against the claims: whether it lives is worth asking. */
  readonly isSound: boolean;
}

type Json = Readonly<Record<string, unknown>>;

/** Takes a text apart; undefined when it does not look like a JWT at all (RFC 7515 §3.1). */
export async function inspectJwt(ports: Ports, text: string): Promise<InspectedJwt | undefined> {
  const [header = '', claims = '', signature = '', ...rest] = text.split('.');
  if (rest.length > 0 || claims === '' || signature === '') return undefined;
  const read = { header: objectOf(header), claims: objectOf(claims) };
  const parts: TokenPart[] = [
    { name: 'header', text: header, decoded: shown(read.header) },
    { name: 'claims', text: claims, decoded: shown(read.claims) },
    { name: 'signature', text: signature },
  ];
  const findings = [
    ...(await headerFindings(ports, read.header, text)),
    ...(read.claims ? await claimFindings(ports, read.claims) : [finding('bad', 'claims-unread')]),
  ];
  // RFC 9068 §4: what is of another type opens nothing, and lives nowhere.
  const isAccess = /^(?:application\/)?at\+jwt$/.test(textOf(read.header?.['typ']));
  return { parts, findings, isSound: isAccess && findings.every(({ verdict }) => verdict !== 'bad') };
}

function objectOf(part: string): Json | undefined {
  const bytes = fromBase64url(part);
  if (!bytes) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

const shown = (value: Json | undefined): string | undefined => value && JSON.stringify(value, undefined, 2);

async function headerFindings(
  { keys, store }: Ports,
  header: Json | undefined,
  text: string,
): Promise<Finding[]> {
  if (!header) return [finding('bad', 'signature-fails', { kid: '' })];
  const kid = textOf(header['kid']);
  const algorithm = textOf(header['alg']);
  const known = (await store.read.signingKeys.list()).find((key) => key.kid === kid);
  const end = text.lastIndexOf('.');
  const signature = fromBase64url(text.slice(end + 1));
  const holds =
    signature !== undefined &&
    (await keys.verify({ kid, algorithm, input: utf8(text.slice(0, end)), signature }));
  return [
    finding('note', 'type', { value: textOf(header['typ']) }),
    finding('note', 'algorithm', { value: algorithm }),
    known
      ? finding('good', 'key-known', { kid, state: known.state })
      : finding('bad', 'key-unknown', { kid }),
    holds ? finding('good', 'signature-holds', { kid }) : finding('bad', 'signature-fails', { kid }),
  ];
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What says when, and its name in a finding; all others are shown as they are. */
async function claimFindings(ports: Ports, claims: Json): Promise<Finding[]> {
  const { settings, clock, store } = ports;
  const now = Math.floor(clock.now() / 1000);
  const found: Finding[] = [];
  const isOurs = claims['iss'] === settings.issuer;
  found.push(
    finding(isOurs ? 'good' : 'bad', isOurs ? 'issuer-ours' : 'issuer-other', {
      value: shownValue(claims['iss']),
    }),
  );
  found.push(audienceFinding(claims['aud'], [settings.audience, ...settings.resources]));
  found.push(expiryFinding(claims['exp'], now));
  const { iat, auth_time: proven, sub } = claims;
  if (typeof iat === 'number')
    found.push(
      iat > now + leeway
        ? finding('bad', 'issued-ahead', { seconds: iat - now })
        : finding('good', 'issued-ago', { seconds: Math.max(0, now - iat) }),
    );
  if (typeof proven === 'number')
    found.push(finding('note', 'proven-ago', { seconds: Math.max(0, now - proven) }));
  const account = typeof sub === 'string' ? await store.read.accounts.find(sub) : undefined;
  found.push(
    account
      ? finding('good', 'subject-known', { value: account.id, status: account.status })
      : finding('note', 'subject-unknown', { value: shownValue(sub) }),
  );
  if (typeof claims['sid'] === 'string')
    found.push(finding('note', 'session-named', { value: claims['sid'] }));
  for (const [name, value] of Object.entries(claims))
    if (!judged.has(name)) found.push(finding('note', 'claim', { name, value: shownValue(value) }));
  return found;
}

/** Seconds that the clocks of two machines may differ. */
const leeway = 5;

const judged: ReadonlySet<string> = new Set(['iss', 'aud', 'exp', 'iat', 'auth_time', 'sub', 'sid']);

/** RFC 7519 §4.1.3: one text or several. */
function audienceFinding(audience: unknown, ours: readonly string[]): Finding {
  const named: readonly unknown[] = Array.isArray(audience) ? audience : [audience];
  const isOurs = named.some((one) => ours.some((other) => one === other));
  return finding(isOurs ? 'good' : 'note', isOurs ? 'audience-ours' : 'audience-other', {
    value: shownValue(audience),
  });
}

function expiryFinding(exp: unknown, now: number): Finding {
  if (typeof exp !== 'number') return finding('note', 'no-expiry');
  return exp > now
    ? finding('good', 'expires-in', { seconds: exp - now })
    : finding('bad', 'expired-since', { seconds: now - exp });
}

const shownValue = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
