/** What is printed of a bench: the page of results, the plot, and that neither tells whose machine it was. */
import { homedir, hostname, userInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { type Contract, type Figure, type Finding, judge } from '../../bench/contract.ts';
import { thisMachine } from '../../bench/machine.ts';
import { plot } from '../../bench/plot.ts';
import { columns, markdownTable, median, shown } from '../../bench/report.ts';
import { merge, resultsPage } from '../../bench/results.ts';
import { exists, read } from '../house/tree.ts';

const contract: Contract = {
  fast: { what: 'a fast thing', against: 'others', drawn: true, limits: { ratio: { atLeast: 2 } } },
  slow: {
    what: 'a slow <thing>',
    against: 'others & all',
    drawn: true,
    note: 'Because it waits.',
    limits: { ratio: { atLeast: 2 } },
  },
  small: { what: 'a small thing', limits: { megabytes: { atMost: 10 } } },
  large: { what: 'a large thing', cores: 64, limits: { seconds: { atMost: 1 } } },
};

const figure = (server: string, perSecond: number): Figure => ({
  server,
  perSecond,
  p50: 1.5,
  p99: undefined,
  cpu: 0.25,
  megabytes: 80.44,
});

const found = (name: string, values: Finding['values'], figures: Figure[] = []): Finding =>
  judge(contract, { name, values, figures }, 2);

const findings = [
  found('fast', { ratio: 4 }, [figure('ours', 4000), figure('others', 1000)]),
  found('slow', { ratio: 0.5 }),
  found('large', { seconds: 0.5 }),
];
const machine = { processor: 'Quick 1', cores: 2, memory: '8 GiB', system: 'Linux 6.1', node: '26.10.0' };
const page = resultsPage(contract, { machine, day: '2026-03-01', findings });

describe('the page', () => {
  test('has a line for every finding, with its verdict', () => {
    expect(page).toContain('| a fast thing | 4.00 × others | ≥ 2 × others | holds |');
    expect(page).toContain('| a slow <thing> | 0.500 × others & all | ≥ 2 × others & all | MISSED |');
    expect(page).toContain('| a large thing | 0.500 s | ≤ 1 s (with 64 processors or more) | not judged |');
  });

  test('tells who took part, with a dash for what is not known', () => {
    expect(page).toContain('### A fast thing');
    expect(page).toContain('| ours | 4,000 | 1.50 | – | 0.250 | 80.4 |');
    expect(page).toContain('| others | 1,000 | 1.50 | – | 0.250 | 80.4 |');
  });

  test('explains what is missed, and nothing that holds', () => {
    expect(page).toContain('- **a slow <thing>**: Because it waits.');
    const holding = [found('slow', { ratio: 2 })];
    expect(resultsPage(contract, { machine, day: '2026-03-01', findings: holding })).not.toContain('waits');
  });

  test('describes the machine and the day', () => {
    expect(page).toContain('| Quick 1 | 2 | 8 GiB | Linux 6.1 | 26.10.0 |');
    expect(page).toContain('Measured on 2026-03-01');
  });
});

describe('newer findings', () => {
  test('take the places of older ones, in the order of the contract', () => {
    const older = [found('small', { megabytes: 1 }), found('slow', { ratio: 1 })];
    const merged = merge(contract, older, [found('slow', { ratio: 3 }), found('fast', { ratio: 9 })]);
    expect(merged.map(({ name, values }) => [name, values])).toEqual([
      ['fast', { ratio: 9 }],
      ['slow', { ratio: 3 }],
      ['small', { megabytes: 1 }],
    ]);
  });

  test('are alone where the contract has forgotten the older ones', () => {
    const gone = { ...found('fast', { ratio: 1 }), name: 'gone' };
    expect(merge(contract, [gone], [])).toEqual([]);
  });
});

describe('the plot', () => {
  const svg = plot(contract, findings);
  const bars = [...svg.matchAll(/class="(ours|other)-bar"[^>]* width="([\d.]+)" height="16"/g)].map(
    ([, who, width]) => [who, Number(width)],
  );

  test('has two bars for each ratio, as long as each is fast', () => {
    expect(bars).toEqual([
      ['ours', 330],
      ['other', 82.5],
      ['ours', 165],
      ['other', 330],
    ]);
  });

  test('says in words what it shows, and escapes them', () => {
    expect(svg).toContain(
      'aria-label="a fast thing: 4.00 × others; a slow &lt;thing>: 0.500 × others &amp; all"',
    );
    expect(svg).toContain('>4.00 × as fast</text>');
    expect(svg).toContain('>Doorward</text>');
  });

  test('is drawn for light and for dark', () => {
    expect(svg).toContain('prefers-color-scheme: dark');
  });
});

describe('numbers and tables', () => {
  test.each([
    [0.123_456, '0.123'],
    [1.5, '1.50'],
    [99.94, '99.9'],
    [12_345.6, '12,346'],
  ])('%d reads %s', (value, text) => {
    expect(shown(value)).toBe(text);
  });

  test('the middle of an even number of values is the upper one, and nothing has none', () => {
    expect(median([4, 1, 3, 2])).toBe(3);
    expect(median([])).toBeNaN();
  });

  test('columns are as wide as their widest cell', () => {
    expect(
      columns([
        ['a', 'bb'],
        ['ccc', 'd'],
      ]),
    ).toBe('a    bb\nccc  d');
  });

  test('a table in Markdown has its heads first', () => {
    expect(
      markdownTable([
        ['a', 'b'],
        ['1', '2'],
      ]),
    ).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |');
  });
});

describe('whose machine it was', () => {
  const tells = [hostname(), homedir(), userInfo().username, process.cwd()].filter((one) => one.length > 3);

  test('a description of a machine does not tell', () => {
    const text = JSON.stringify(thisMachine());
    for (const one of tells) expect(text).not.toContain(one);
    expect(text).not.toContain('/');
  });

  test.each(['bench/RESULTS.md', 'bench/results.svg'])('%s does not tell', (path) => {
    expect(exists(path)).toBe(true);
    for (const one of tells) expect(read(path)).not.toContain(one);
    expect(read(path)).not.toMatch(/\/(?:home|root|tmp|work|Users)\//);
  });
});
