/**
 * The plot in the README: for each promise that is drawn, our bar and that of the other, as long as each is fast. An SVG by itself,
 * in the colours of whoever looks at it.
 */
import type { Contract, Finding } from './contract.ts';
import { shown } from './report.ts';

const width = 720;
const rowHeight = 52;
const top = 40;
/** Where the bars begin, and how long the longest is. */
const left = 236;
const longest = 330;

const style = `text { font: 14px system-ui, sans-serif; fill: #1c2430; }
.other { fill: #5b6675; }
.ours-bar { fill: #2f6f4f; }
.other-bar { fill: #b9c2cd; }
@media (prefers-color-scheme: dark) {
  text { fill: #e8edf3; }
  .other { fill: #9aa7b6; }
  .ours-bar { fill: #63c08f; }
  .other-bar { fill: #475363; }
}`;

/** The plot as text; a promise that was not measured has no bars. */
export function plot(contract: Contract, findings: readonly Finding[]): string {
  const drawn = findings.flatMap(({ name, what, values: { ratio } }) => {
    const { drawn: isDrawn = false, against = '' } = contract[name] ?? {};
    return isDrawn && ratio !== undefined && ratio > 0 ? [{ what, against, ratio }] : [];
  });
  const height = top + drawn.length * rowHeight;
  const told = drawn.map(({ what, against, ratio }) => `${what}: ${shown(ratio)} × ${against}`).join('; ');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(told)}">
<style>
${style}
</style>
${legend}
${drawn.map(bars).join('\n')}
</svg>
`;
}

const legend = [
  `<rect class="ours-bar" x="${left}" y="8" width="12" height="12" rx="2"/>`,
  `<text x="${left + 20}" y="19">Doorward</text>`,
  `<rect class="other-bar" x="${left + 112}" y="8" width="12" height="12" rx="2"/>`,
  `<text x="${left + 132}" y="19">the other</text>`,
].join('\n');

interface Bars {
  readonly what: string;
  readonly against: string;
  readonly ratio: number;
}

function bars({ what, against, ratio }: Bars, at: number): string {
  const y = top + at * rowHeight;
  const fastest = Math.max(1, ratio);
  const length = (share: number): string => Math.max(2, (share / fastest) * longest).toFixed(1);
  return [
    `<text x="${left - 12}" y="${y + 15}" text-anchor="end">${escaped(what)}</text>`,
    `<text class="other" x="${left - 12}" y="${y + 34}" text-anchor="end">${escaped(against)}</text>`,
    `<rect class="ours-bar" x="${left}" y="${y + 3}" width="${length(ratio)}" height="16" rx="2"/>`,
    `<rect class="other-bar" x="${left}" y="${y + 22}" width="${length(1)}" height="16" rx="2"/>`,
    `<text x="${left + longest + 14}" y="${y + 15}">${shown(ratio)} × as fast</text>`,
  ].join('\n');
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
