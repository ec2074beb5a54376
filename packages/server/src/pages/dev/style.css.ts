/** What the tools for developers look like beside the stylesheet of all pages, which need not carry this along. */
export const devStyle = `.dev { max-width: 52rem; overflow-wrap: anywhere; }
.dev .lead { margin: 0 0 1.5rem; font-size: 1.0625rem; }
.dev p { margin: 0.5rem 0; }
.dev a:not(.primary, .secondary) { color: var(--accent); text-underline-offset: 0.15em; }
.dev .panel {
  margin: 0 0 1.25rem;
  padding: 1.25rem clamp(1rem, 3vw, 1.5rem);
  background: var(--surface);
  border: 1px solid var(--line);
  border-radius: 0.75rem;
}
.dev .panel > :first-child { margin-top: 0; }
.dev .panel > :last-child { margin-bottom: 0; }
.dev .panel h2 { margin: 0 0 0.5rem; font-size: 1.125rem; line-height: 1.35; }
.dev .panel h3 { margin: 1.25rem 0 0.25rem; font-size: 0.9375rem; color: var(--quiet); }
.dev :is(.primary, .secondary) { width: auto; margin: 0.5rem 0 0; margin-inline-end: 0.5rem; padding: 0.5rem 1rem; }
.dev a.primary { color: var(--accent-ink); }
.dev .secondary:disabled { opacity: 0.55; cursor: default; }
.dev .big { margin: 0.5rem 0; font-size: 1.5rem; font-weight: 600; line-height: 1.3; }
.dev .big code { letter-spacing: 0.12em; }
.dev .big .quiet { display: block; }
.dev pre {
  margin: 0.5rem 0;
  padding: 0.875rem 1rem;
  background: var(--code-ground);
  border: 1px solid var(--line);
  border-radius: 0.5rem;
  font-family: var(--mono);
  font-size: 0.875rem;
  white-space: pre-wrap;
}
.dev textarea {
  width: 100%;
  margin-top: 0.375rem;
  padding: 0.625rem 0.75rem;
  background: var(--surface);
  color: inherit;
  border: 1px solid var(--edge);
  border-radius: 0.5rem;
  font: 400 0.875rem/1.5 var(--mono);
  resize: vertical;
}
.dev .notice { margin: 0 0 1.25rem; }
.dev .field { max-width: 20rem; margin-top: 0.75rem; }
.dev .field:has(textarea) { max-width: none; }
.dev .jumps { display: flex; flex-wrap: wrap; gap: 0.25rem; margin-bottom: 1.25rem; }
.dev .jumps > form { margin: 0; }
.dev ul { margin: 0.5rem 0; padding-inline-start: 1.25rem; }
.dev .findings { padding: 0; list-style: none; }
.dev .findings li { display: flex; gap: 0.75rem; padding: 0.5rem 0; border-top: 1px solid var(--line); }
.dev .findings li:first-child { border-top: 0; }
.dev .mark {
  flex: none;
  display: inline-grid;
  place-items: center;
  width: 1.5rem;
  height: 1.5rem;
  background: var(--code-ground);
  color: var(--quiet);
  border-radius: 50%;
  font-size: 0.875rem;
  font-weight: 700;
}
.dev .good .mark { background: var(--good-ground); color: var(--accent); }
.dev .bad .mark { background: var(--wrong-ground); color: var(--wrong); }
.dev .verdict { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.wide .masthead nav a[aria-current] { color: var(--ink); font-weight: 600; }
.dev :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;
