/**
 * Which language whoever is at a browser reads: what they chose on our pages, else what the request that waits asks for
 * (OpenID Connect Core §3.1.2.1, `ui_locales`), else what their browser says, else English. And the row by which they choose.
 */
import * as v from 'valibot';
import { authorizationSeconds } from '../domain/oauth/authorization.ts';
import type { CookieValue, Wire } from '../domain/tokens/carrier.ts';
import { isLanguage, type Language, languages } from '../pages/language.ts';
import type { Frame } from '../pages/layout.ts';
import { acceptedLanguages, lookUpLanguage } from '../protocol/language-range.ts';
import { ownPath } from './input.ts';
import { openRoute } from './route.ts';

const cookieName = 'doorward_language';
/** What the request that waits asks for. */
const wishName = 'doorward_locale';
/** A year, in seconds: the choice holds for a browser, whoever sits there. */
const cookieAge = 31_536_000;

/** The language for a page. `wished` are the `ui_locales` of the request that waits; what was kept of one is left to pages without. */
export function languageOf(wire: Wire, wished?: readonly string[]): Language {
  const chosen = wire.cookie(cookieName);
  if (isLanguage(chosen)) return chosen;
  const kept = wire.cookie(wishName);
  const wishes = wished ?? (isLanguage(kept) ? [kept] : []);
  const ranges = [...wishes, ...acceptedLanguages(wire.header('accept-language'))];
  return lookUpLanguage(ranges, languages) ?? languages[0];
}

/**
 * Has a browser keep the `ui_locales` of the request that begins to wait there, for as long as it may, so that all pages and
 * mails on its way are in one language; without any, what an earlier one left is forgotten.
 */
export function wishCookies(wire: Wire, wished: readonly string[]): readonly CookieValue[] {
  const language = lookUpLanguage(wished, languages);
  if (language !== undefined)
    return [{ name: wishName, value: language, maxAge: authorizationSeconds, sameSite: 'Lax' }];
  if (wire.cookie(wishName) === undefined) return [];
  return [{ name: wishName, value: '', maxAge: 0, sameSite: 'Lax' }];
}

/** What is known of a request that is answered with a page. */
export interface Framed {
  readonly request: Request;
  readonly wire: Wire;
}

/** What a page may say about its surroundings. */
interface FrameMore {
  /** The `ui_locales` of the request that waits. */
  readonly wished?: readonly string[] | undefined;
  /** The path of the page, where it answers a form; what was asked for by GET is its own path. */
  readonly here?: string | undefined;
}

/** The frame of a page for whoever asks. */
export function frameOf({ request, wire }: Framed, { wished, here }: FrameMore = {}): Frame {
  const path = here ?? (request.method === 'POST' ? undefined : pathAndQuery(request.url));
  return { language: languageOf(wire, wished), here: v.is(back, path) ? path : undefined };
}

/** Path and query of an address. */
export const pathAndQuery = (url: string): string => url.slice(new URL(url).origin.length);

/** Addresses of requests that clients send people with are longer than the paths of our own forms. */
const back = ownPath(4096);

/** `POST /language`: chooses the language of the pages in this browser, and leads back. */
export const chooseLanguageRoute = openRoute(
  {
    method: 'POST',
    path: '/language',
    subject: 'documentation',
    summary: 'Choose the language of the pages in this browser, and go back to the page.',
    forgery: 'always',
    limits: ['none'],
    page: true,
    form: true,
    body: v.strictObject({
      language: v.picklist(languages, 'This is none of the languages.'),
      back: v.optional(back, '/'),
    }),
    answers: { 303: { description: 'Back to the page.' } },
    failures: [],
  },
  ({ body }) => ({
    status: 303,
    headers: { location: body.back },
    cookies: [languageCookie(body.language)],
  }),
);

/** Lax, since people come to our pages from other sites. */
const languageCookie = (language: Language): CookieValue => ({
  name: cookieName,
  value: language,
  maxAge: cookieAge,
  sameSite: 'Lax',
});
