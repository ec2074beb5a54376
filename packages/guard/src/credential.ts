/**
 * A credential that was found in a request and not yet believed, and how it travels on to the server that is asked
 * about it.
 */
import type { CarrierName } from './principal.ts';

/** What a request presents. */
export interface Credential {
  readonly carrier: CarrierName;
  /** The bare value: a JWT, a handle, or the base64 text of Basic. A secret: it goes to the server and nowhere else. */
  readonly value: string;
  /** The name of the cookie that held it; undefined when it came in `Authorization`. */
  readonly cookie: string | undefined;
  /** The address of whoever sent the request, when the adapter knows it. */
  readonly peer: string | undefined;
}

/** The one request header that presents this credential, and nothing beside it. */
export function headerOf({ carrier, value, cookie }: Credential): readonly [name: string, value: string] {
  if (cookie !== undefined) return ['cookie', `${cookie}=${value}`];
  return ['authorization', `${carrier === 'basic' ? 'Basic' : 'Bearer'} ${value}`];
}
