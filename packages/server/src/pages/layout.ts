/**
 * The frame of every page that people see: brand, stylesheet, one column. Pages are data → HTML; they own no request,
 * no cookie and no header, and everything that they are given is escaped unless it is HTML that they made themselves.
 */
import { html } from 'hono/html';
import { assetPath } from './assets.ts';

/** HTML that is safe to send. */
export type Html = ReturnType<typeof html>;

/** What a page is made of. */
export interface PageParts {
  /** For the window and its tab; the brand follows it. */
  readonly title: string;
  readonly body: Html;
  /** A column for reading instead of a card. */
  readonly wide?: boolean | undefined;
  /** The body brings its own main element along. */
  readonly ownMain?: boolean | undefined;
  /** Stylesheets and scripts beside our own; paths on this server. */
  readonly styles?: readonly string[] | undefined;
  readonly scripts?: readonly string[] | undefined;
}

/** The whole document of a page. */
export const layout = ({
  title,
  body,
  wide = false,
  ownMain = false,
  styles = [],
  scripts = [],
}: PageParts): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · Doorward</title>
<link rel="icon" type="image/svg+xml" href="${assetPath('icon.svg')}">
${styles.map((path) => html`<link rel="stylesheet" href="${path}">`)}
<link rel="stylesheet" href="${assetPath('style.css')}">
${scripts.map((path) => html`<script src="${path}" defer></script>`)}
</head>
<body class="${wide ? 'wide' : 'narrow'}">
<header class="masthead">
<a class="brand" href="/"><img src="${assetPath('icon.svg')}" alt="" width="28" height="28">Doorward</a>
${wide ? navigation : ''}
</header>
${ownMain ? html`<div class="sheet">${body}</div>` : html`<main class="${wide ? 'sheet' : 'card'}">${body}</main>`}
</body>
</html>
`;

const navigation = html`<nav aria-label="Documentation"><a href="/docs">API</a><a href="/docs/failures">Failures</a><a href="/openapi.json">openapi.json</a></nav>`;
