/**
 * Forgeries of signed tokens, by class: those of Wycheproof's vectors for JSON Web Signatures (C2SP, `json_web_signature`),
 * made anew by our own hand for a good token and the key that signed it, and more where libraries are known to be lenient. A
 * class makes nothing where it means nothing for the algorithm.
 */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Forge, Good } from './good.ts';
import { signatureForgeries } from './signatures.ts';

const encode = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64url');
const decode = (part: string): string => Buffer.from(part, 'base64url').toString();

const partsOf = ({ text }: Good): [header: string, payload: string, signature: string] => {
  const [header = '', payload = '', signature = ''] = text.split('.');
  return [header, payload, signature];
};

/** The first letter of a part, changed. */
const changed = (part: string): string => (part.startsWith('A') ? 'B' : 'A') + part.slice(1);

/** Puts parts together otherwise. */
const cut =
  (assemble: (header: string, payload: string, signature: string) => string): Forge =>
  (good) =>
    assemble(...partsOf(good));

/** Signs anew, by the key of the good token: the signature holds, so the form alone is wrong. */
const resigned =
  (header: (text: string) => string | Uint8Array, payload: (text: string) => string | Uint8Array): Forge =>
  (good) => {
    const [head, body] = partsOf(good);
    const input = `${encode(header(decode(head)))}.${encode(payload(decode(body)))}`;
    return `${input}.${encode(signatureOf(good, input))}`;
  };

function signatureOf({ algorithm, privateKey: key }: Good, input: string): Buffer {
  const digest = algorithm === 'EdDSA' ? null : 'sha256';
  return sign(digest, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
}

const same = (text: string): string => text;
const header = (change: (text: string) => string | Uint8Array): Forge => resigned(change, same);
const payload = (change: (text: string) => string | Uint8Array): Forge => resigned(same, change);
/** A header with further or other members. */
const withMembers = (members: object): Forge =>
  header((text) => JSON.stringify({ ...(JSON.parse(text) as object), ...members }));

/** A header that names another algorithm, and a signature that somebody makes for it. */
const otherwise =
  (alg: unknown, make: (good: Good, input: string) => string | Uint8Array): Forge =>
  (good) => {
    const [head, body] = partsOf(good);
    const members = JSON.parse(decode(head)) as Record<string, unknown>;
    const input = `${encode(JSON.stringify({ ...members, alg }))}.${body}`;
    return `${input}.${encode(make(good, input))}`;
  };

/** An HMAC whose secret is the public key, as text or bytes (RFC 8725 §2.1). */
const symmetric = (secret: (key: KeyObject) => string | Uint8Array): Forge =>
  otherwise('HS256', ({ publicKey }, input) =>
    createHmac('sha256', secret(publicKey)).update(input).digest(),
  );

const attacker = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const attackerJwk = { ...attacker.publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' };
/** The attacker signs with a key of their own, and names it in this member of the header. */
const embedded =
  (members: object): Forge =>
  (good) => {
    const [head, body] = partsOf(good);
    const own = { ...(JSON.parse(decode(head)) as object), alg: 'ES256', ...members };
    const input = `${encode(JSON.stringify(own))}.${body}`;
    const key = { key: attacker.privateKey, dsaEncoding: 'ieee-p1363' } as const;
    return `${input}.${encode(sign('sha256', Buffer.from(input), key))}`;
  };

/** A member twice, the second time with its right value. */
const twice = (text: string): string => {
  const [[name, value] = ['', '']] = Object.entries(JSON.parse(text) as Record<string, unknown>);
  return text.replace('{', `{${JSON.stringify(name)}:${JSON.stringify(`not ${String(value)}`)},`);
};

/** Another spelling of the same bytes: the unused bits of the last letter are set. */
function otherBits(part: string): string | undefined {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  if (part.length % 4 === 0) return undefined;
  const last = letters.indexOf(part.slice(-1));
  return part.slice(0, -1) + letters.charAt(last | 1);
}

const inside = (part: string, text: string): string => part.slice(0, 4) + text + part.slice(4);

const plain: Readonly<Record<string, Forge>> = {
  'a signature that was modified': cut((h, p, s) => `${h}.${p}.${changed(s)}`),
  'a payload that was modified': cut((h, p, s) => `${h}.${changed(p)}.${s}`),
  'a header that was modified': cut((h, p, s) => `${changed(h)}.${p}.${s}`),
  'no signature': cut((h, p) => `${h}.${p}.`),
  'no signature and no dot before it': cut((h, p) => `${h}.${p}`),
  'no payload': cut((h, _p, s) => `${h}..${s}`),
  'no payload and no dot before it': cut((h, _p, s) => `${h}.${s}`),
  'no header': cut((_h, p, s) => `.${p}.${s}`),
  'no header and no dot after it': cut((_h, p, s) => `${p}.${s}`),
  'neither header nor signature': cut((_h, p) => `.${p}.`),
  'a payload alone': cut((_h, p) => p),
  'an empty text': () => '',
  'dots alone': () => '..',
  'an empty fourth part': ({ text }) => `${text}.`,
  'a fourth part': ({ text }) => `${text}.Zm9v`,
  'a second token behind it': ({ text }) => `${text}${text}`,
  'the flattened JSON serialization': cut((h, p, s) =>
    JSON.stringify({ payload: p, protected: h, signature: s }),
  ),
  'the general JSON serialization': cut((h, p, s) =>
    JSON.stringify({ payload: p, signatures: [{ protected: h, header: { unknown: 'x' }, signature: s }] }),
  ),
  'parts in another order': cut((h, p, s) => `${p}.${h}.${s}`),
};

const spelled: Readonly<Record<string, Forge>> = {
  'a padded header': cut((h, p, s) => `${h}=.${p}.${s}`),
  'a padded payload': cut((h, p, s) => `${h}.${p}==.${s}`),
  'a padded signature': cut((h, p, s) => `${h}.${p}.${s}==`),
  'a space in the header': cut((h, p, s) => `${inside(h, ' ')}.${p}.${s}`),
  'a space in the payload': cut((h, p, s) => `${h}.${inside(p, ' ')}.${s}`),
  'a space in the signature': cut((h, p, s) => `${h}.${p}.${inside(s, ' ')}`),
  'a line end in the payload': cut((h, p, s) => `${h}.${inside(p, '\r\n')}.${s}`),
  'a tab in the signature': cut((h, p, s) => `${h}.${p}.${inside(s, '\t')}`),
  'a zero byte in the signature': cut((h, p, s) => `${h}.${p}.${inside(s, '\0')}`),
  'a letter that no alphabet has': cut((h, p, s) => `${h}.${p}.${inside(s, '!')}`),
  'a letter from afar': cut((h, p, s) => `${h}.${p}.${inside(s, '\u0410')}`),
  'a space before it': ({ text }) => ` ${text}`,
  'a line end behind it': ({ text }) => `${text}\n`,
  'the other alphabet of base64 in the signature': cut((h, p, s) => {
    const other = s.replaceAll('-', '+').replaceAll('_', '/');
    return other === s ? '' : `${h}.${p}.${other}`;
  }),
  'unused bits that are set in the signature': (good) => {
    const [h, p, s] = partsOf(good);
    const other = otherBits(s);
    return other === undefined ? undefined : `${h}.${p}.${other}`;
  },
};

const algorithms: Readonly<Record<string, Forge>> = {
  'alg none without a signature': otherwise('none', () => ''),
  'alg none with the signature': otherwise('none', (good) => Buffer.from(partsOf(good)[2], 'base64url')),
  'alg None': otherwise('None', () => ''),
  'alg nOnE': otherwise('nOnE', signatureOf),
  'alg in lower case': (good) => otherwise(good.algorithm.toLowerCase(), signatureOf)(good),
  'alg with a space': (good) => otherwise(`${good.algorithm} `, signatureOf)(good),
  'alg as a list': (good) => otherwise([good.algorithm], signatureOf)(good),
  'alg null': otherwise(null, signatureOf),
  'no alg': otherwise(undefined, signatureOf),
  'another algorithm of the same key': (good) =>
    otherwise({ EdDSA: 'Ed448', ES256: 'ES384', RS256: 'RS384' }[good.algorithm], signatureOf)(good),
  'the algorithm of another kind of key': (good) =>
    otherwise(good.algorithm === 'ES256' ? 'RS256' : 'ES256', signatureOf)(good),
  'an HMAC by the public key as PEM': symmetric((key) => key.export({ format: 'pem', type: 'spki' })),
  'an HMAC by the public key as PEM without its last line end': symmetric((key) =>
    key.export({ format: 'pem', type: 'spki' }).trimEnd(),
  ),
  'an HMAC by the public key as DER': symmetric((key) => key.export({ format: 'der', type: 'spki' })),
  'an HMAC by the public key as JWK': symmetric((key) => JSON.stringify(key.export({ format: 'jwk' }))),
  'an HMAC by nothing': symmetric(() => ''),
};

const headers: Readonly<Record<string, Forge>> = {
  'a key of the attacker in the header': embedded({ jwk: attackerJwk }),
  'a key of the attacker at an address': embedded({ jku: 'https://attacker.example/jwks' }),
  'a certificate of the attacker': embedded({ x5c: ['MIIB'], x5u: 'https://attacker.example/cert' }),
  'the name of a file as the key': embedded({ kid: '../../../dev/null' }),
  'crit with a member that nobody knows': withMembers({ crit: ['exp'], exp: 1 }),
  'an empty crit': withMembers({ crit: [] }),
  'a payload that is not encoded (b64)': withMembers({ b64: false, crit: ['b64'] }),
  'a payload that is deflated (zip)': withMembers({ zip: 'DEF' }),
  'a header with a member twice': header(twice),
  'a header with something behind it': header((text) => `${text} {}`),
  'a header with a byte order mark': header((text) => `\uFEFF${text}`),
  'a header that is a list': header((text) => `[${text}]`),
  'a header that is no UTF-8': header((text) => Buffer.concat([Buffer.from(text), Buffer.of(0xff)])),
  'a header with single quotes': header((text) => text.replaceAll('"', "'")),
};

const payloads: Readonly<Record<string, Forge>> = {
  'a payload with a member twice': payload(twice),
  'a payload with something behind it': payload((text) => `${text}null`),
  'a payload with a byte order mark': payload((text) => `\uFEFF${text}`),
  'a payload that is a list': payload((text) => `[${text}]`),
  'a payload that is a text': payload((text) => JSON.stringify(text)),
  'a payload that is no JSON': payload(() => 'foo'),
  'a payload that is no UTF-8': payload((text) =>
    Buffer.concat([
      Buffer.from(text.slice(0, -1)),
      Buffer.from(',"x":"'),
      Buffer.of(0xc0, 0x80),
      Buffer.from('"}'),
    ]),
  ),
  'a payload with half a letter (surrogate)': payload((text) =>
    Buffer.concat([
      Buffer.from(text.slice(0, -1)),
      Buffer.from(',"x":"'),
      Buffer.of(0xed, 0xa0, 0x80),
      Buffer.from('"}'),
    ]),
  ),
  'a payload with a comma too many': payload((text) => text.replace(/\}$/, ',}')),
};

/** The classes. */
export const forgeries: Readonly<Record<string, Forge>> = {
  ...plain,
  ...spelled,
  ...algorithms,
  ...headers,
  ...payloads,
  ...signatureForgeries,
};
