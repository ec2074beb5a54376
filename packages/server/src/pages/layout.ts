/**
 * The frame of every page that people see: brand, stylesheet, one column, the choice of language. Pages are data → HTML;
 * they own no request, no cookie and no header, and everything that they are given is escaped unless it is HTML that they
 * made themselves.
 */
import { html } from 'hono/html';
import { assetPath } from './assets.ts';
import { directionOf, type Language, languageNames, languages } from './language.ts';
import { frameWords } from './words/frame.ts';

/** HTML that is safe to send. */
export type Html = ReturnType<typeof html>;

/** What surrounds a page: every page is given one. */
export interface Frame {
  readonly language: Language;
  /**
   * The path of this very page, to come back to once another language was chosen; undefined where there is none: the
   * answer to a form has no address of its own, and offers no choice.
   */
  readonly here: string | undefined;
}

/** A whole page, and the language that it speaks. */
export interface Page {
  readonly language: Language;
  readonly html: Html;
}

/** What a page is made of. */
export interface PageParts {
  readonly frame: Frame;
  /** For the window and its tab; the brand follows it. */
  readonly title: string;
  readonly body: Html;
  /** A column for reading instead of a card. */
  readonly wide?: boolean | undefined;
  /** Stands in the masthead beside the brand. */
  readonly navigation?: Html | undefined;
  /** Shows what belongs to whoever is signed in: it leaves the screen when they sign out in another tab. */
  readonly personal?: boolean | undefined;
  /** Says that somebody has signed out: pages in other tabs hear of it. */
  readonly signedOut?: boolean | undefined;
  /** The body brings its own main element along. */
  readonly ownMain?: boolean | undefined;
  /** Stylesheets before and after our own, modules, and scripts of the old kind; paths on this server. */
  readonly styles?: readonly string[] | undefined;
  readonly laterStyles?: readonly string[] | undefined;
  readonly modules?: readonly string[] | undefined;
  readonly scripts?: readonly string[] | undefined;
}

/** The whole document of a page. */
export const layout = (parts: PageParts): Page => ({
  language: parts.frame.language,
  html: html`<!doctype html>
<html lang="${parts.frame.language}" dir="${directionOf(parts.frame.language)}">
${head(parts)}
${body(parts)}
</html>
`,
});

const head = ({
  title,
  styles = [],
  laterStyles = [],
  modules = [],
  scripts = [],
}: PageParts): Html => html`<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · Doorward</title>
<link rel="icon" type="image/svg+xml" href="${assetPath('icon.svg')}">
${[...styles, assetPath('style.css'), ...laterStyles].map((path) => html`<link rel="stylesheet" href="${path}">`)}
${[assetPath('enhance.js'), ...modules].map((path) => html`<script src="${path}" type="module"></script>`)}
${scripts.map((path) => html`<script src="${path}" defer></script>`)}
</head>`;

const body = ({
  frame,
  body: content,
  wide = false,
  navigation,
  ownMain = false,
  personal = false,
  signedOut = false,
}: PageParts): Html => html`<body class="${wide ? 'wide' : 'narrow'}"${personal ? html` data-personal="${frame.here ?? '/account'}"` : ''}${signedOut ? html` data-signed-out` : ''}>
<header class="masthead">
<a class="brand" href="/"><img src="${assetPath('icon.svg')}" alt="" width="28" height="28">Doorward</a>
${navigation ?? ''}
</header>
${ownMain ? html`<div class="sheet">${content}</div>` : html`<main class="${wide ? 'sheet' : 'card'}">${content}</main>`}
${frame.here === undefined ? '' : languageForm(frame.language, frame.here)}
</body>`;

/** Works without JavaScript: each language is a button, which says its own name in itself. */
const languageForm = (current: Language, here: string): Html => html`<footer class="foot">
<form id="language" method="post" action="/language" aria-label="${frameWords[current].chooseLanguage}">
<input type="hidden" name="back" value="${here}">
${languages.map((language) => html`<button type="submit" name="language" value="${language}" lang="${language}"${language === current ? html` aria-current="true"` : ''}>${languageNames[language]}</button>`)}
</form>
</footer>`;
