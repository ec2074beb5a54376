import { heldSessions } from '../../domain/sessions/authenticate.ts';
import type { Session } from '../../domain/sessions/session.ts';
import type { SessionCarrier } from '../../domain/tokens/carrier.ts';
import { clearing } from '../reply.ts';
import type { Call, Reply } from '../route.ts';

/** The sessions of a browser that a sign-in by this carrier takes the place of: none unless it travels in cookies. */
export const replacedBy = async (
  { ports, parts, wire }: Pick<Call, 'ports' | 'parts' | 'wire'>,
  { cookies = [] }: SessionCarrier,
): Promise<readonly Session[]> => (cookies.length === 0 ? [] : heldSessions(ports, wire, parts.carriers));

/** The reply of a sign-in, which also clears the cookies of sessions whose place it took. */
export function withoutFormer(
  { parts }: Pick<Call, 'parts'>,
  { cookies = [] }: SessionCarrier,
  { reply, replaces }: { readonly reply: Reply; readonly replaces: readonly Session[] },
): Reply {
  const carriers = new Set(replaces.map((session) => session.carrier));
  const former = parts.carriers.filter(({ name }) => carriers.has(name)).flatMap((one) => one.cookies ?? []);
  const gone = new Set(former.filter((name) => !cookies.includes(name)));
  return { ...reply, cookies: [...(reply.cookies ?? []), ...clearing([...gone])] };
}
