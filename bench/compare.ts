/**
 * Measuring side by side: everybody does their work once in every round, one after the other, so that what else the machine
 * does falls on all alike. What counts is the median of the rounds, and the median of the ratios within them.
 */
import type { Figure } from './contract.ts';
import type { Measured } from './load.ts';
import type { Usage } from './processes.ts';
import { median, progress } from './report.ts';

/** Somebody who takes part. */
export interface Contender {
  /** Whose work it is. */
  readonly server: string;
  run(): Promise<Measured>;
  /** What their process has used by now; undefined where nobody can tell. */
  usage?(): Usage | undefined;
}

/** Who reached what. */
export interface Comparison<Name extends string> {
  readonly figures: Readonly<Record<Name, Figure>>;
  /** How many times as much the first does in the same time as the second. */
  ratio(one: Name, other: Name): number;
}

interface Round extends Omit<Figure, 'server' | 'p50' | 'p99'> {
  readonly p50: number;
  readonly p99: number;
}

/** Rounds that count. */
const rounds = 5;

/** Runs the rounds, after one that warms everybody up. */
export async function compare<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  counted = rounds,
  tell: (line: string) => void = progress,
): Promise<Comparison<Name>> {
  const names = Object.keys(contenders) as Name[];
  const seen = new Map<Name, Round[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= counted; round += 1) {
    tell(round === 0 ? `  ${names.join(', ')}: warming up` : `  round ${round} of ${counted}`);
    for (const name of names) {
      const one = await oneRound(contenders[name]);
      if (round > 0) seen.get(name)?.push(one);
    }
  }
  const of = (name: Name): readonly Round[] => seen.get(name) ?? [];
  return {
    figures: Object.fromEntries(
      names.map((name) => [name, figureOf(contenders[name].server, of(name))]),
    ) as Record<Name, Figure>,
    ratio: (one, other) =>
      median(of(one).map(({ perSecond }, at) => perSecond / (of(other)[at]?.perSecond ?? Number.NaN))),
  };
}

async function oneRound({ run, usage }: Contender): Promise<Round> {
  const before = usage?.();
  const { perSecond, p50, p99, requests } = await run();
  const after = usage?.();
  const cpu = before && after ? ((after.cpu - before.cpu) / requests) * 1000 : undefined;
  return { perSecond, p50, p99, cpu, megabytes: after && after.memory / 1_000_000 };
}

function figureOf(server: string, all: readonly Round[]): Figure {
  const middle = (value: (one: Round) => number): number => median(all.map(value));
  const known = (value: (one: Round) => number | undefined): number | undefined =>
    all.every((one) => value(one) !== undefined) ? middle((one) => value(one) ?? Number.NaN) : undefined;
  return {
    server,
    perSecond: middle(({ perSecond }) => perSecond),
    p50: middle(({ p50 }) => p50),
    p99: middle(({ p99 }) => p99),
    cpu: known(({ cpu }) => cpu),
    megabytes: known(({ megabytes }) => megabytes),
  };
}
