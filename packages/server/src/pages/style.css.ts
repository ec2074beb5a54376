/**
 * The one stylesheet of all pages: paper, ink and one green; light and dark as the reader's machine says, and left or right
 * as the language runs: sides are named by start and end alone.
 */
export const style = `:root {
  color-scheme: light dark;
  --ground: #f6f3ec;
  --surface: #fffdf9;
  --ink: #23272b;
  --quiet: #5d6468;
  --line: #ddd6c9;
  --edge: #8a8578;
  --accent: #2c6152;
  --accent-ink: #ffffff;
  --accent-deep: #214a3f;
  --wrong: #a3291f;
  --wrong-deep: #7f1d15;
  --wrong-ground: #fbeeea;
  --good-ground: #e4efe9;
  --care: #7a4b00;
  --care-ground: #fbf1d9;
  --code-ground: #f1ece1;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --shadow: 0 1px 2px rgb(35 39 43 / 6%), 0 12px 40px rgb(35 39 43 / 9%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171a;
    --surface: #1c2024;
    --ink: #e9e5dc;
    --quiet: #a5aaa9;
    --line: #343a3f;
    --edge: #757c80;
    --accent: #8fcab5;
    --accent-ink: #10221c;
    --accent-deep: #b0dccc;
    --wrong: #ffa198;
    --wrong-deep: #ffc4be;
    --wrong-ground: #38211f;
    --good-ground: #1f332c;
    --care: #f0c674;
    --care-ground: #33290f;
    --code-ground: #14171a;
    --shadow: 0 1px 2px rgb(0 0 0 / 40%), 0 12px 40px rgb(0 0 0 / 35%);
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
@media (scripting) {
  form[data-passkey][hidden] { display: block !important; visibility: hidden; }
  .compact[data-awaits][hidden] { display: inline-block !important; visibility: hidden; }
}
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  display: flex;
  flex-direction: column;
  margin: 0;
  min-height: 100vh;
  min-height: 100dvh;
  background: var(--ground);
  color: var(--ink);
  font: 400 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Noto Sans Arabic", Tahoma, sans-serif;
}
.masthead { display: flex; align-items: center; gap: 0.5rem 1.5rem; flex-wrap: wrap; }
.brand {
  display: inline-flex;
  align-items: center;
  gap: 0.6rem;
  color: var(--ink);
  font-size: 1.125rem;
  font-weight: 600;
  letter-spacing: -0.01em;
  text-decoration: none;
}
.narrow { align-items: center; padding: clamp(1.5rem, 8vh, 5rem) 1rem 1rem; }
.narrow .masthead { margin-bottom: 1.5rem; }
.foot { margin: auto auto 0; padding: 2rem 1rem 0.5rem; }
.foot form { display: flex; flex-wrap: wrap; justify-content: center; gap: 0.25rem; }
.foot button {
  min-height: 2rem;
  padding: 0.25rem 0.75rem;
  background: none;
  color: var(--quiet);
  border: 1px solid transparent;
  border-radius: 1rem;
  font: inherit;
  font-size: 0.875rem;
  cursor: pointer;
}
.foot button:hover { color: var(--ink); border-color: var(--line); }
.foot button[aria-current] { color: var(--ink); border-color: var(--edge); }
.card {
  width: 100%;
  max-width: 28rem;
  padding: clamp(1.5rem, 5vw, 2.5rem);
  background: var(--surface);
  border: 1px solid var(--line);
  border-radius: 1rem;
  box-shadow: var(--shadow);
}
.card > :first-child, .summary > :first-child, .notice > :first-child { margin-top: 0; }
.card > :last-child, .summary > :last-child, .notice > :last-child { margin-bottom: 0; }
.card h1 { margin: 0 0 0.5rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.015em; text-wrap: pretty; overflow-wrap: anywhere; }
.card h2 { margin: 1.75rem 0 0.25rem; font-size: 1.0625rem; }
.card p { margin: 0 0 1rem; overflow-wrap: anywhere; }
.card a, .sheet > p a, .failures a { color: var(--accent); text-underline-offset: 0.15em; }
:root[dir="rtl"] :is(h1, .brand) { letter-spacing: normal; }
.lead { color: var(--quiet); }
.lead strong { color: var(--ink); font-weight: 600; }
.quiet { color: var(--quiet); font-size: 0.875rem; font-weight: 400; }
.field { margin-top: 1.25rem; }
.field label, .field legend { display: block; font-weight: 600; }
.hint > a, p.quiet > a:only-child { display: inline-block; padding-block: 0.1875rem; }
.field .hint { margin: 0; color: var(--quiet); font-size: 0.875rem; }
.field .fault { margin: 0.125rem 0 0; color: var(--wrong); font-size: 0.875rem; font-weight: 600; }
.field :is(input, select):not([type="checkbox"], [type="radio"]) {
  width: 100%;
  min-height: 2.75rem;
  margin-top: 0.375rem;
  padding: 0.625rem 0.75rem;
  background: var(--surface);
  color: inherit;
  border: 1px solid var(--edge);
  border-radius: 0.5rem;
  font: inherit;
}
.field input.code { font-family: var(--mono); font-size: 1.25rem; letter-spacing: 0.1em; text-transform: uppercase; }
.field input[aria-invalid] { border-color: var(--wrong); box-shadow: inset 0 0 0 1px var(--wrong); }
.field fieldset { margin: 0; padding: 0; border: 0; }
.tick { display: flex; align-items: baseline; gap: 0.625rem; min-height: 2rem; padding: 0.25rem 0; }
.tick input { flex: none; width: 1.125rem; height: 1.125rem; margin: 0; accent-color: var(--accent); translate: 0 0.125rem; }
.field .tick label { font-weight: 400; overflow-wrap: anywhere; }
.concealed { position: relative; }
.concealed:has(.reveal:not([hidden])) input { padding-inline-end: 6.5rem; }
.reveal {
  position: absolute;
  inset-block-end: 0.375rem;
  inset-inline-end: 0.375rem;
  min-height: 2rem;
  padding: 0 0.75rem;
  background: none;
  color: var(--accent);
  border: 1px solid transparent;
  border-radius: 0.375rem;
  font: inherit;
  font-size: 0.875rem;
  font-weight: 600;
  cursor: pointer;
}
.reveal:hover { background: var(--good-ground); }
:is(.primary, .secondary, .danger) {
  display: inline-block;
  width: 100%;
  margin-top: 1.75rem;
  padding: 0.6875rem 1rem;
  background: var(--accent);
  color: var(--accent-ink);
  border: 1px solid transparent;
  border-radius: 0.5rem;
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
form:not(:has(.field, .check)) > .primary, p + a.primary { margin-top: 0.75rem; }
.primary:hover { background: var(--accent-deep); }
:is(.secondary, .danger) { margin-top: 0.75rem; background: none; color: var(--accent); border-color: var(--edge); }
.secondary:hover { border-color: var(--accent); background: var(--good-ground); }
.danger { color: var(--wrong); }
.danger:hover { border-color: var(--wrong); background: var(--wrong-ground); }
:is(a.primary, .card a.primary) { color: var(--accent-ink); }
:is(.card a.danger) { color: var(--wrong); }
.divider { display: flex; align-items: center; gap: 0.75rem; color: var(--quiet); font-size: 0.875rem; }
.card .divider { margin: 1.75rem 0 0; }
.divider::before, .divider::after { content: ""; flex: 1; border-top: 1px solid var(--line); }
.asked { margin: 0.25rem 0 1.25rem; padding: 0; list-style: none; }
.asked li { padding: 0.5rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.asked li:last-child { border-bottom: 1px solid var(--line); }
.card .compare {
  padding: 0.875rem 1rem;
  background: var(--code-ground);
  border: 1px solid var(--line);
  border-radius: 0.5rem;
  font-family: var(--mono);
  font-size: 1.5rem;
  letter-spacing: 0.1em;
  text-align: center;
}
.readings { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
.check { display: flex; align-items: baseline; gap: 0.5rem; }
.card .check { margin: 1.25rem 0 0; }
.check input { width: 1.125rem; height: 1.125rem; flex: none; accent-color: var(--accent); transform: translateY(0.1875rem); }
.qr { display: grid; place-items: center; margin: 0 0 1rem; }
.qr svg { width: 100%; max-width: 14rem; height: auto; border-radius: 0.5rem; }
.card .aside { margin: 1.5rem 0 0; }
:where(.narrow, .masthead, .failures, .foot, .account) :focus-visible {
  outline: 3px solid var(--accent);
  outline-offset: 2px;
}
.summary, .notice {
  margin: 1.25rem 0;
  padding: 0.875rem 1rem;
  background: var(--wrong-ground);
  border-inline-start: 4px solid var(--wrong);
  border-radius: 0.375rem;
}
.summary h2, .notice h2 { margin: 0; font-size: 1rem; }
.summary ul { margin: 0.25rem 0 0; padding-inline-start: 1.25rem; }
.summary a { color: inherit; }
.notice form { margin-top: 0.75rem; }
.notice form .compact { margin: 0; }
.notice { background: var(--code-ground); border-color: var(--edge); }
.notice.success { background: var(--good-ground); border-color: var(--accent); }
.notice.warning { background: var(--care-ground); border-color: var(--care); }
.notice.danger-notice { background: var(--wrong-ground); border-color: var(--wrong); }
.card .status {
  display: inline-grid;
  place-items: center;
  min-width: 3rem;
  height: 2rem;
  margin: 0 0 1rem;
  padding: 0 0.75rem;
  background: var(--wrong-ground);
  color: var(--wrong);
  border-radius: 1rem;
  font-weight: 600;
  font-variant-numeric: tabular-nums;
}
.card .status.good { background: var(--good-ground); color: var(--accent); }
.card pre {
  margin: 0 0 1rem;
  padding: 0.875rem 1rem;
  background: var(--code-ground);
  border: 1px solid var(--line);
  border-radius: 0.5rem;
  font-size: 0.8125rem;
  overflow-x: auto;
}
code { direction: ltr; unicode-bidi: isolate; font-family: var(--mono); font-size: 0.9em; }
.long { display: block; overflow-wrap: anywhere; }
summary { padding-block: 0.1875rem; cursor: pointer; }
.wide .masthead { padding: 1rem clamp(1rem, 4vw, 2.5rem); background: var(--surface); border-bottom: 1px solid var(--line); }
.wide .masthead nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
.wide .masthead nav a { color: var(--quiet); text-decoration: none; }
.wide .masthead nav a:hover { color: var(--ink); text-decoration: underline; }
.sheet { width: 100%; max-width: 92rem; margin: 0 auto; padding: 1rem clamp(1rem, 4vw, 2.5rem) 4rem; }
.sheet > h1 { margin: 1.5rem 0 0.5rem; font-size: 2rem; line-height: 1.2; letter-spacing: -0.02em; }
.sheet > p { max-width: 44rem; }
.failures { max-width: 60rem; margin-top: 2.5rem; }
.failures h2 { margin: 0 0 0.5rem; font-size: 1.125rem; font-variant-numeric: tabular-nums; }
.failures dl { margin: 0; background: var(--surface); border: 1px solid var(--line); border-radius: 0.75rem; }
.failures dl > div { display: grid; grid-template-columns: minmax(0, 17rem) minmax(0, 1fr); gap: 0.125rem 1.5rem; padding: 0.75rem 1rem; }
.failures dl > div + div { border-top: 1px solid var(--line); }
.failures dl > div:target { background: var(--good-ground); box-shadow: inset 4px 0 0 var(--accent); }
.failures dt { overflow-wrap: anywhere; }
.failures dd { margin: 0; }
.failures small { color: var(--quiet); white-space: nowrap; }
@media (max-width: 40rem) {
  .failures dl > div { grid-template-columns: 1fr; }
}
@media (prefers-reduced-motion: no-preference) {
  :is(.primary, .secondary, .danger, .foot button, .reveal) { transition: background-color 120ms, border-color 120ms, color 120ms; }
}
`;
