/** The frame of the tools for developers: where one is, and that none of it exists in production. */
import { html } from 'hono/html';
import { assetPath } from '../assets.ts';
import { type Frame, type Html, layout, type Page } from '../layout.ts';
import { devWords } from '../words/dev.ts';

/** The tools, in the order in which they are named. */
export type DevTool = 'inbox' | 'clock' | 'token';
const tools: readonly DevTool[] = ['inbox', 'clock', 'token'];

/** A page of a tool. */
export function devPage(
  frame: Frame,
  { tool, title, body }: { readonly tool: DevTool; readonly title: string; readonly body: Html },
): Page {
  const words = devWords[frame.language];
  return layout({
    frame,
    title,
    wide: true,
    styles: [assetPath('dev.css')],
    navigation: html`<nav aria-label="${words.tools}">${tools.map(
      (one) => html`<a href="/dev/${one}"${one === tool ? html` aria-current="page"` : ''}>${words[one]}</a>`,
    )}</nav>`,
    body: html`<h1>${title}</h1>
<div class="dev">
${body}
<p class="quiet">${words.note}</p>
</div>`,
  });
}
