/**
 * The performance contract: contract.json says of everything that is measured what it must reach. Here a measurement is held
 * against it; nothing is measured.
 */
import { readFileSync } from 'node:fs';
import { shown } from './report.ts';

/** What can be measured, and how it reads: before and after its number. */
export const valueWords = {
  perSecond: { before: '', after: '/s' },
  ratio: { before: '', after: ' ×' },
  p50: { before: 'p50 ', after: ' ms' },
  p99: { before: 'p99 ', after: ' ms' },
  median: { before: 'median ', after: ' ms' },
  longest: { before: 'longest ', after: ' ms' },
  seconds: { before: '', after: ' s' },
  microseconds: { before: '', after: ' µs' },
  megabytes: { before: '', after: ' MB' },
  kilobytes: { before: '', after: ' KB' },
} as const;

/** The name of a value. */
export type ValueName = keyof typeof valueWords;

/** Values by name. */
export type Values = Readonly<Partial<Record<ValueName, number | undefined>>>;

/** What a value must reach, or may not exceed. */
export interface Limit {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** What is promised of one thing that is measured. */
export interface Promised {
  readonly what: string;
  /** What a ratio is to. */
  readonly against?: string;
  /** Processors without which it cannot be judged. */
  readonly cores?: number;
  /** Shown in the plot. */
  readonly drawn?: boolean;
  /** Why it is missed, where that is known and not mended. */
  readonly note?: string;
  readonly limits: Readonly<Partial<Record<ValueName, Limit>>>;
}

/** Promises by name. */
export type Contract = Readonly<Record<string, Promised>>;

/** What somebody reached, in the median of the rounds. */
export interface Figure {
  readonly server: string;
  readonly perSecond: number;
  /** Milliseconds; undefined where no single answer was timed. */
  readonly p50: number | undefined;
  readonly p99: number | undefined;
  /** Seconds of processor time for 1,000 operations; undefined where the system does not tell. */
  readonly cpu: number | undefined;
  /** At the end of a round. */
  readonly megabytes: number | undefined;
}

/** What a bench has found out about one promise. */
export interface Measurement {
  readonly name: string;
  readonly values: Values;
  /** Of everybody who took part. */
  readonly figures?: readonly Figure[];
}

/** The measurement of what somebody reached beside others. */
export const beside = (
  name: string,
  [first, ...others]: readonly [Figure, ...Figure[]],
  ratio?: number,
): Measurement => ({
  name,
  values: { perSecond: first.perSecond, p99: first.p99, ratio },
  figures: [first, ...others],
});

/** A measurement that was judged. */
export interface Finding extends Measurement {
  readonly what: string;
  /** What was measured, in words. */
  readonly measured: string;
  /** What it is held against, in words. */
  readonly limit: string;
  /** Undefined when this machine cannot tell. */
  readonly holds: boolean | undefined;
}

/** The contract of this repository. */
export const readContract = (): Contract =>
  JSON.parse(readFileSync(new URL('contract.json', import.meta.url), 'utf8')) as Contract;

/** Holds a measurement against the contract. What was promised and not measured is missed; throws for what was not promised. */
export function judge(contract: Contract, measurement: Measurement, cores: number): Finding {
  const { name, values } = measurement;
  const promised = contract[name];
  if (!promised) throw new Error(`the contract does not know "${name}"`);
  const { what, against = '', limits } = promised;
  const isJudged = promised.cores === undefined || cores >= promised.cores;
  return {
    ...measurement,
    what,
    measured: names(values)
      .map((one) => worded(one, shown(values[one] ?? Number.NaN), against))
      .join(', '),
    limit: limitWords(promised),
    holds: isJudged ? names(limits).every((one) => isKept(values[one], limits[one] ?? {})) : undefined,
  };
}

/** What is promised, in words. */
export function limitWords({ limits, against = '', cores }: Promised): string {
  const words = names(limits).map((one) => limitText(one, limits[one] ?? {}, against));
  return `${words.join(', ')}${cores === undefined ? '' : ` (with ${cores} processors or more)`}`;
}

/** The promises that nobody measured. */
export const unmeasured = (contract: Contract, findings: readonly Finding[]): string[] =>
  Object.keys(contract).filter((name) => !findings.some((finding) => finding.name === name));

/** In the order of the table of words. */
const names = (of: Readonly<Partial<Record<ValueName, unknown>>>): ValueName[] =>
  (Object.keys(valueWords) as ValueName[]).filter((name) => of[name] !== undefined);

const isKept = (value: number | undefined, { atLeast = -Infinity, atMost = Infinity }: Limit): boolean =>
  value !== undefined && value >= atLeast && value <= atMost;

function limitText(name: ValueName, { atLeast, atMost }: Limit, against: string): string {
  const least = atLeast === undefined ? [] : [`≥ ${atLeast.toLocaleString('en-GB')}`];
  const most = atMost === undefined ? [] : [`≤ ${atMost.toLocaleString('en-GB')}`];
  return worded(name, [...least, ...most].join(' and '), against);
}

function worded(name: ValueName, text: string, against: string): string {
  const { before, after } = valueWords[name];
  return `${before}${text}${after}${name === 'ratio' ? ` ${against}` : ''}`;
}
