/** A key of a client that proves its possession (RFC 9449), and what it proves. */
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { form, requestOf, type TestClient, told, verifier } from '../kit/clients.ts';
import type { Serving } from '../kit/serving.ts';
import { type Visitor, visit } from '../kit/visitor.ts';

/** A key, as its owner uses it. */
export interface ProofKey {
  /** A proof with these claims and an id of its own; undefined leaves one out. */
  proof(claims: Readonly<Record<string, unknown>>): string;
  /** The hash of a token, as proofs name it. */
  hashOf(token: string): string;
  /** Tokens of a client, bound to this key, and the nonce that is good now. */
  tokensFor(
    serving: Serving,
    client: TestClient,
    browser: Visitor,
  ): Promise<{ access: string; nonce: string }>;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Makes a key. */
export function proofKey(): ProofKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const header = { alg: 'ES256', typ: 'dpop+jwt', jwk: publicKey.export({ format: 'jwk' }) };
  const proof = (claims: Readonly<Record<string, unknown>>): string => {
    const input = `${encode(header)}.${encode({ jti: randomUUID(), ...claims })}`;
    const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${input}.${signature.toString('base64url')}`;
  };
  return {
    proof,
    hashOf: (token) => createHash('sha256').update(token).digest('base64url'),
    tokensFor: async (serving, client, browser) => {
      const asked = await browser.ask('GET', `/oauth/authorize?${requestOf(client)}`);
      const { code = '' } = told(asked);
      const program = visit(serving, { program: true });
      const ask = (nonce?: string) => {
        const iat = Math.floor(serving.clock.now() / 1000);
        const shown = proof({ htm: 'POST', htu: `${serving.origin}/oauth/token`, iat, nonce });
        const { raw = '', headers } = form({
          grant_type: 'authorization_code',
          client_id: client.id,
          code,
          code_verifier: verifier,
          redirect_uri: client.redirectUris[0] ?? '',
        });
        return program.ask('POST', '/oauth/token', { raw, headers: { ...headers, dpop: shown } });
      };
      const nonce = (await ask()).headers.get('dpop-nonce') ?? '';
      const answer = await ask(nonce);
      if (answer.status !== 200)
        throw new Error(`the token endpoint answered ${answer.status}: ${answer.text}`);
      return { access: String(answer.json['access_token']), nonce };
    },
  };
}
