/** The forger of the JWT tests: takes a good token, changes what it likes, and signs with whatever it has. */

import { proveAccessToken } from '../../../packages/server/src/domain/tokens/access-token.ts';
import { device, type Person, why } from '../../journeys/cast.ts';
import type { Serving } from '../../kit/serving.ts';
import { type Answer, visit } from '../../kit/visitor.ts';

/** Members of a header or of claims; undefined takes a member away. */
export type Members = Readonly<Record<string, unknown>>;

/** A good token, taken apart. */
export interface Genuine {
  readonly text: string;
  readonly header: Members;
  readonly claims: Members;
}

/** What a forgery is made of; the rest is as in the good token. */
export interface Forgery {
  readonly header?: Members;
  readonly claims?: Members;
  /** The JSON text of the claims, where no value can say it. */
  readonly rawClaims?: string;
}

const encode = (text: string): string => Buffer.from(text).toString('base64url');
const decode = (part: string | undefined): Members =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Members;

/** Signs somebody in by JWT and takes the token apart. */
export async function genuine(serving: Serving, person: Person): Promise<Genuine> {
  const { access: text } = await device(serving, person, { carrier: 'jwt' });
  const [header, claims] = text.split('.');
  return { text, header: decode(header), claims: decode(claims) };
}

/** Header and claims of a forgery, ready to be signed. */
export function inputOf({ header, claims }: Genuine, forgery: Forgery): string {
  const head = JSON.stringify({ ...header, ...forgery.header });
  return `${encode(head)}.${encode(forgery.rawClaims ?? JSON.stringify({ ...claims, ...forgery.claims }))}`;
}

/** A forgery that is signed with the server's own key: the signature holds, so the rest must be judged. */
export async function signedByServer(serving: Serving, token: Genuine, forgery: Forgery): Promise<string> {
  const input = inputOf(token, forgery);
  return `${input}.${await serving.assembly.ports.keys.active().sign(input)}`;
}

/** Presents a token at the JWT door. */
export const present = (serving: Serving, bearer: string): Promise<Answer> =>
  visit(serving, { program: true }).ask('GET', '/api/v1/session', { bearer });

/** The check that a token fails at the JWT door, as the operator is told; `none` when it is accepted. */
export async function failedCheck(serving: Serving, bearer: string): Promise<unknown> {
  const answer = await present(serving, bearer);
  if (answer.status === 200) return 'none';
  if (answer.status !== 401) throw new Error(`answered ${answer.status} ${answer.text}`);
  return why(serving, answer).detail['check'];
}

/** The check that a token fails before a request is made of it; `none` when it holds. */
export async function provenCheck(serving: Serving, token: string): Promise<string> {
  const proven = await proveAccessToken(serving.assembly.ports, token);
  return 'check' in proven ? proven.check : 'none';
}
