import { html } from 'hono/html';
import { type Asset, assetPath, pathOf } from '../assets.ts';
import { layout, type Page } from '../layout.ts';
import { documentationFrame, documentationNavigation } from './documentation.ts';

/** The shipped files that the reference is made of. */
export interface DocsFiles {
  readonly style: Asset;
  readonly script: Asset;
}

/** Names of the shipped files that the reference is made of. */
export const docsNames = { style: 'swagger-ui.css', script: 'swagger-ui-bundle.js' } as const;

/** The API reference, drawn in the browser from the OpenAPI document; without its files, a page that leads to that document. */
export const docsPage = (files: DocsFiles | undefined): Page =>
  layout({
    title: 'API reference',
    frame: documentationFrame,
    wide: true,
    navigation: documentationNavigation,
    ...(files ? drawn(files) : plain),
  });

const documentLink = html`<a href="/openapi.json">openapi.json</a>`;

const drawn = ({ style, script }: DocsFiles) => ({
  ownMain: true,
  styles: [pathOf(docsNames.style, style), assetPath('docs.css')],
  scripts: [pathOf(docsNames.script, script), assetPath('docs.js')],
  body: html`<div id="reference"><p class="lead">The reference is being drawn…</p></div>
<noscript><p class="lead">The reference needs JavaScript. Without it, read the document that it is made of: ${documentLink}.</p></noscript>`,
});

const plain = {
  body: html`<h1>API reference</h1>
<p class="lead">What draws the reference is not part of this installation; its log says why. Read the document that it is made of: ${documentLink}.</p>`,
};
