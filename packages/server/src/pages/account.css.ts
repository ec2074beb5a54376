/** The stylesheet of the account centre, beside the one of all pages. */
export const accountStyle = `.account { display: grid; grid-template-columns: 13rem minmax(0, 44rem); gap: 1rem clamp(1.5rem, 5vw, 4rem); max-width: 64rem; margin: 1rem auto 0; }
.account h1 { margin: 0 0 0.5rem; font-size: 1.75rem; line-height: 1.25; letter-spacing: -0.02em; overflow-wrap: anywhere; }
.account > nav { padding-top: 0.25rem; }
.account > nav ul { margin: 0; padding: 0; list-style: none; }
.account > nav summary { padding: 0.5rem 0.75rem; background: var(--surface); border: 1px solid var(--line); border-radius: 0.5rem; }
.account > nav a { display: block; padding: 0.4375rem 0.75rem; color: var(--quiet); border-inline-start: 3px solid transparent; border-radius: 0.25rem; text-decoration: none; }
.account > nav a:hover { color: var(--ink); background: var(--good-ground); }
.account > nav a[aria-current] { color: var(--ink); border-color: var(--accent); font-weight: 600; }
.account main > p, .account main li { overflow-wrap: anywhere; }
.account main a:not(.secondary, .primary) { color: var(--accent); text-underline-offset: 0.15em; }
.who { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0; margin-inline-start: auto; color: var(--quiet); overflow-wrap: anywhere; }
.who a { color: var(--accent); text-underline-offset: 0.15em; }
.part { margin: 1.5rem 0; padding: clamp(1rem, 3vw, 1.5rem); background: var(--surface); border: 1px solid var(--line); border-radius: 0.75rem; }
.part h2 { margin: 0 0 0.5rem; font-size: 1.125rem; }
.part > :last-child, .part form > :last-child { margin-bottom: 0; }
.compact { width: auto; max-width: 100%; padding: 0.5rem 1rem; }
.field + .compact { margin-top: 1.25rem; }
.facts { margin: 0; }
.facts > div { display: grid; grid-template-columns: minmax(0, 11rem) minmax(0, 1fr) auto; gap: 0.125rem 1rem; padding: 0.625rem 0; }
.facts > div + div { border-top: 1px solid var(--line); }
.facts > div:last-child { padding-bottom: 0; }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.badge { display: inline-block; padding: 0 0.5rem; background: var(--care-ground); color: var(--care); border-radius: 1rem; font-size: 0.8125rem; font-weight: 600; }
.badge.good { background: var(--good-ground); color: var(--accent); }
.rows { margin: 1.25rem 0; padding: 0; list-style: none; background: var(--surface); border: 1px solid var(--line); border-radius: 0.75rem; }
.rows > li { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1.25rem; padding: 0.875rem clamp(1rem, 3vw, 1.5rem); }
.rows > li + li { border-top: 1px solid var(--line); }
.rows > li > div { flex: 1 1 16rem; min-width: 0; }
.rows p { margin: 0; }
.rows .name { font-weight: 600; }
.rows .compact { margin: 0; }
.rows .field + .compact { margin-top: 1rem; }
.may { margin: 0.25rem 0; padding-inline-start: 1.25rem; }
.once { display: flex; flex-wrap: wrap; align-items: center; gap: 0.75rem; }
.once code { flex: 1 1 20rem; padding: 0.75rem 1rem; background: var(--code-ground); border: 1px solid var(--line); border-radius: 0.5rem; overflow-wrap: anywhere; user-select: all; }
.once .compact, .choices .compact { margin: 0; }
.choices { display: flex; flex-wrap: wrap; gap: 0.5rem; }
.part .choices { margin: 0; }
.qr { max-width: 14rem; margin: 0.75rem 0; }
.qr svg { display: block; width: 100%; height: auto; border-radius: 0.5rem; }
.codes { columns: 2; margin: 1rem 0; padding-inline-start: 2.25rem; }
.codes li { padding: 0.25rem 0; break-inside: avoid; }
.codes code { font-size: 1rem; white-space: nowrap; }
.pages { display: flex; gap: 1.25rem; }
@media (max-width: 52rem) {
  .account { grid-template-columns: minmax(0, 1fr); }
  .account > nav ul { margin-top: 0.25rem; padding: 0.25rem; background: var(--surface); border: 1px solid var(--line); border-radius: 0.5rem; }
  .account h1 { margin-top: 0.5rem; }
}
@media (min-width: 52.01rem) {
  @supports selector(::details-content) {
    .account > nav details { position: sticky; top: 1rem; }
    .account > nav summary { display: none; }
    .account > nav details::details-content { content-visibility: visible; }
  }
}
.card .codes { columns: 1; margin: 0 0 0.5rem; }
@media (max-width: 30rem) {
  .facts > div { grid-template-columns: minmax(0, 1fr) auto; }
  .facts dt { grid-column: 1 / -1; }
  .who { width: 100%; justify-content: space-between; }
  .codes { columns: 1; }
}
@media print {
  .masthead, .foot, .account > nav, .account main form, .account main button, .account main > p > a, .card :is(button, a), .notice { display: none; }
}
`;
