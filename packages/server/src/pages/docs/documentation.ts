/** What the pages for developers share: they are English, in every language of the others. */
import { html } from 'hono/html';
import type { Frame } from '../layout.ts';

/** Offers no other language. */
export const documentationFrame: Frame = { language: 'en', here: undefined };

/** The pages for developers. */
export const documentationNavigation = html`<nav aria-label="Documentation"><a href="/docs">API</a><a href="/docs/failures">Failures</a><a href="/openapi.json">openapi.json</a></nav>`;
