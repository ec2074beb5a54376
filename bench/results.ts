/**
 * What RESULTS.md says: the machine, every promise with what was measured, and everybody who took part. Suites may be measured
 * one at a time; what each found out last on this machine is kept until all of it is printed.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { Contract, Figure, Finding } from './contract.ts';
import type { Machine } from './machine.ts';
import { markdownTable, shown, verdict } from './report.ts';

/** All that is printed. */
export interface Results {
  readonly machine: Machine;
  /** When the last suite ended, as a day: 2026-03-01. */
  readonly day: string;
  readonly findings: readonly Finding[];
}

const folder = new URL('.data/', import.meta.url);
const kept = new URL('findings.json', folder);

/** What was found out on this machine before. */
export async function recall(machine: Machine): Promise<readonly Finding[]> {
  const text = await readFile(kept, 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  const before = JSON.parse(text) as Results;
  // Figures of two machines do not belong on one page.
  return JSON.stringify(before.machine) === JSON.stringify(machine) ? before.findings : [];
}

/** Keeps results for `recall`. */
export async function keep(results: Results): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(kept, JSON.stringify(results));
}

/** Findings with newer ones in their places, in the order of the contract. Promises that are gone take theirs along. */
export function merge(contract: Contract, before: readonly Finding[], after: readonly Finding[]): Finding[] {
  const all = new Map([...before, ...after].map((finding) => [finding.name, finding]));
  return Object.keys(contract).flatMap((name) => all.get(name) ?? []);
}

/** The page. */
export function resultsPage(contract: Contract, { machine, day, findings }: Results): string {
  return `<!-- Printed by \`npm run bench\`; do not edit. -->

# Results

Measured on ${day}, everything on one machine, with the load in a process of its own beside it.

${markdownTable([
  ['processor', 'cores', 'memory', 'system', 'Node'],
  [machine.processor, String(machine.cores), machine.memory, machine.system, machine.node],
])}

Figures are medians of rounds that everybody does in turn; a ratio is the median of the ratios within the rounds. Machines differ:
read the ratios. [How it is measured](README.md), and how the others are set up.

## The contract

${markdownTable([['', 'measured', 'limit', ''], ...findings.map((one) => [one.what, one.measured, one.limit, verdict(one.holds)])])}
${explanations(contract, findings)}
## Side by side

${findings.flatMap(sideBySide).join('\n\n')}
`;
}

/** Why promises are missed, where that is known. */
function explanations(contract: Contract, findings: readonly Finding[]): string {
  const missed = findings.filter(({ holds }) => holds !== true);
  const told = missed.flatMap(({ name, what }) => {
    const note = contract[name]?.note;
    return note === undefined ? [] : [`- **${what}**: ${note}`];
  });
  return told.length === 0 ? '' : `\n${told.join('\n')}\n`;
}

const sideBySide = ({ what, figures = [] }: Finding): string[] =>
  figures.length === 0
    ? []
    : [
        `### ${what.slice(0, 1).toUpperCase()}${what.slice(1)}\n\n${markdownTable([
          ['', 'a second', 'p50, ms', 'p99, ms', 'processor seconds for 1,000', 'memory, MB'],
          ...figures.map(figureRow),
        ])}`,
      ];

const figureRow = ({ server, perSecond, p50, p99, cpu, megabytes }: Figure): string[] => [
  server,
  ...[perSecond, p50, p99, cpu, megabytes].map((value) => (value === undefined ? '–' : shown(value))),
];
