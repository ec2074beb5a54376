/** Brings the API reference into our house: our paper and ink, less air, and words that can be read on their ground. */
export const docsStyle = `.swagger-ui, html.dark-mode .swagger-ui { background: none; color: var(--ink); font-family: inherit; }
html.dark-mode { background: var(--ground); }
.swagger-ui .wrapper { max-width: none; padding: 0; }
.swagger-ui .info { margin: 1.5rem 0; }
.swagger-ui .info .link, .swagger-ui .info__license { display: none; }
.swagger-ui .info .title { color: var(--ink); font-family: inherit; font-size: 2rem; letter-spacing: -0.02em; }
.swagger-ui .info .title small, html.dark-mode .swagger-ui .info .title small { top: -0.4rem; background: var(--line); }
.swagger-ui .info .title small.version-stamp, html.dark-mode .swagger-ui .info .title small.version-stamp { background: var(--good-ground); }
.swagger-ui .info .title small pre { color: var(--ink); }
.swagger-ui .info p, .swagger-ui .renderedMarkdown p { font-family: inherit; }
.swagger-ui .markdown a, .swagger-ui .renderedMarkdown a, html.dark-mode .swagger-ui .info a { color: var(--accent); text-decoration: underline; }
.swagger-ui .scheme-container, html.dark-mode .swagger-ui .scheme-container {
  margin: 0 0 1rem;
  padding: 1rem 1.25rem;
  background: var(--surface);
  border: 1px solid var(--line);
  border-radius: 0.75rem;
  box-shadow: none;
}
.swagger-ui .btn.authorize, html.dark-mode .swagger-ui .btn.authorize { border-color: var(--accent); color: var(--accent); }
.swagger-ui .btn.authorize svg, html.dark-mode .swagger-ui .btn.authorize svg { fill: var(--accent); color: var(--accent); }
.swagger-ui .opblock-tag { border-bottom-color: var(--line); color: var(--ink); font-family: inherit; }
.swagger-ui .opblock-tag small { color: var(--quiet); font-family: inherit; }
.swagger-ui .opblock .opblock-summary-description { color: var(--ink); font-family: inherit; }
.swagger-ui .opblock { border-radius: 0.5rem; box-shadow: none; }
html:not(.dark-mode) .swagger-ui .opblock { --method: #2b4f8c; background: var(--surface); border-color: var(--line); }
html:not(.dark-mode) .swagger-ui .opblock.opblock-get { --method: #1e5f9e; }
html:not(.dark-mode) .swagger-ui .opblock.opblock-post { --method: #22705a; }
html:not(.dark-mode) .swagger-ui .opblock.opblock-put { --method: #94570b; }
html:not(.dark-mode) .swagger-ui .opblock.opblock-patch { --method: #6a4d9c; }
html:not(.dark-mode) .swagger-ui .opblock.opblock-delete { --method: #ab2f26; }
html:not(.dark-mode) .swagger-ui .opblock .opblock-summary { border-color: var(--line); }
html:not(.dark-mode) .swagger-ui .opblock .opblock-summary-method { background: var(--method); text-shadow: none; }
html:not(.dark-mode) .swagger-ui .opblock .opblock-section-header { background: var(--code-ground); box-shadow: none; }
html:not(.dark-mode) .swagger-ui .opblock .tab-header .tab-item.active h4 span::after { background: var(--method); }
html.dark-mode .swagger-ui .opblock { background: var(--surface); border-color: var(--line); }
html.dark-mode .swagger-ui .opblock .opblock-summary { border-color: var(--line); }
html.dark-mode .swagger-ui .opblock .opblock-section-header { background: var(--ground); }
.swagger-ui section.models { border-color: var(--line); border-radius: 0.75rem; }
@media (max-width: 40rem) {
  .swagger-ui .opblock-tag { flex-wrap: wrap; padding-left: 0; }
  .swagger-ui .opblock-tag small { flex: 1 0 60%; order: 1; padding: 0; }
}
`;
