/** What a browser keeps for the next page of the account centre: in a cookie, sealed for the session that it belongs to. */
import { fromBase64url, toBase64url, utf8 } from '../../base/bytes.ts';
import type { CookieValue, Wire } from '../../domain/tokens/carrier.ts';
import type { SessionCall } from '../route.ts';

/** Letters that are kept at most; browsers drop cookies past 4,096. */
const mostLetters = 3000;

type Keeper = Pick<SessionCall, 'ports' | 'session'>;

/** A kind of note. */
export interface SealedNote<Content> {
  /** Takes it away. */
  readonly none: CookieValue;
  /** Keeps it; what is too long is not kept. */
  keep(by: Keeper, content: Content): CookieValue;
  /** What came along, of this very session. */
  read(by: Keeper, wire: Wire): Content | undefined;
}

/** A kind of note that a cookie holds for some seconds; `purpose` is sealed along, so that no kind is read as another. */
export function sealedNote<Content>({
  name,
  purpose,
  seconds,
}: {
  readonly name: string;
  readonly purpose: string;
  readonly seconds: number;
}): SealedNote<Content> {
  const cookie = (value: string): CookieValue => ({
    name,
    value,
    maxAge: value === '' ? 0 : seconds,
    sameSite: 'Lax',
  });
  return {
    none: cookie(''),
    keep: ({ ports, session }, content) => {
      const sealed = toBase64url(ports.vault.seal(purpose, utf8(JSON.stringify(content)), session.id));
      return cookie(sealed.length > mostLetters ? '' : sealed);
    },
    read: ({ ports, session }, wire) => {
      const sealed = fromBase64url(wire.cookie(name) ?? '');
      const bytes = sealed && ports.vault.open(purpose, sealed, session.id);
      // Nobody but `keep` seals for this purpose.
      return bytes && (JSON.parse(Buffer.from(bytes).toString()) as Content);
    },
  };
}
