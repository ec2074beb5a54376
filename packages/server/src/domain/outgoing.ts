/**
 * The outgoing gate: the only way in which this server ever asks another one for an address that somebody else has named
 * (`jwks_uri`, `sector_identifier_uri`, `backchannel_logout_uri`). It goes to public addresses by https alone and follows
 * no redirect; see `program/outgoing-gate.ts`.
 */
import type { JsonValue } from '../protocol/json.ts';

/** Asks others. No verb rejects: what went wrong is an answer, and never holds what the other side said. */
export interface Outgoing {
  /** Whether the operator lets this server ask at an address by plain http, or at one that is not public. */
  allows(url: string): boolean;
  /** Gets a JSON document with status 200. */
  fetchJson(url: string, bounds: FetchBounds): Promise<Fetched>;
  /** Sends a form. Any status of success will do; the answer's body is not read. */
  post(url: string, form: Readonly<Record<string, string>>, bounds: PostBounds): Promise<Posted>;
}

/** How long a request may take in all, from the look-up of the name to the last byte. */
export interface PostBounds {
  readonly seconds: number;
}

/** How long and how large. */
export interface FetchBounds extends PostBounds {
  /** The most bytes of the document. */
  readonly limit: number;
}

/** A document, or why there is none. */
export type Fetched = { readonly ok: true; readonly value: JsonValue } | NotSent;

/** A form that was taken, or why it was not. */
export type Posted = { readonly ok: true } | NotSent;

/** Nothing came of it. */
export interface NotSent {
  readonly ok: false;
  readonly reason: OutgoingFault;
}

/**
 * Why, for the operator alone: to whoever has named the address it would map the inside. The URL is not one that is asked, or its host has an address that is not public; the name is unknown, nobody
 * listens or proves to be who they should be, it took too long; the answer is a redirect, another status, of another media
 * type, larger than allowed, or not strict JSON.
 */
export type OutgoingFault =
  | 'url-refused'
  | 'address-refused'
  | 'name-unknown'
  | 'unreachable'
  | 'timed-out'
  | 'redirected'
  | 'status'
  | 'media-type'
  | 'too-large'
  | 'malformed';
