import { html } from 'hono/html';
import { type FailureEntry, failures } from '../domain/failures.ts';
import { documentationFrame, documentationNavigation } from './docs/documentation.ts';
import { type Html, layout, type Page } from './layout.ts';

/** Every failure of the registry, by status. A problem document's `type` leads to its code here (RFC 9457 §3.1.1). */
export function failuresPage(): Page {
  const entries: [string, FailureEntry][] = Object.entries(failures);
  const byStatus = Object.groupBy(entries, ([, { status }]) => status);
  return layout({
    title: 'Failures',
    frame: documentationFrame,
    wide: true,
    navigation: documentationNavigation,
    body: html`<h1>Failures</h1>
<p class="lead">What this server refuses, and why. A refusal is a problem document (RFC 9457) whose <code>code</code> stands on this page. The code is the contract; sentences may be bettered.</p>
<p>A 401, 403 or 429 also carries a <code>decision</code>. Whoever runs the server can open it and read the exact check that failed.</p>
${Object.entries(byStatus).map(([status, group = []]) => section(status, group))}`,
  });
}

const section = (
  status: string,
  group: readonly [string, FailureEntry][],
): Html => html`<section class="failures" aria-labelledby="status-${status}">
<h2 id="status-${status}">${status}</h2>
<dl>
${group.map(
  ([
    code,
    { title, standard },
  ]) => html`<div id="${code}"><dt><a href="#${code}"><code>${code}</code></a></dt><dd>${title}${standard === undefined ? '' : html` <small>${standard}</small>`}</dd></div>
`,
)}</dl>
</section>
`;
