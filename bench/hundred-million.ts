/**
 * A day of a hundred million sessions, simulated: how many refreshes and sign-outs a second they make, what the feed tells each
 * guard, and how many rows and bytes they are. Of the visits one in a thousand is followed; chance is the same in every run.
 * Prints a table.
 */
import { columns } from './report.ts';

/** What people do. Times are seconds. */
const habits = {
  sessions: 100_000_000,
  /** Of all sessions, those that are used on a day. */
  active: 0.3,
  visitsADay: 4,
  visit: 8 * 60,
  accessToken: 5 * 60,
  /** From a sign-in to the end of its session. */
  life: 60 * 86_400,
  /** Of all ends, those by a sign-out or a change of password; the others fall asleep. */
  signedOut: 0.4,
  guards: 2000,
} as const;

/** Bytes of a row with its indexes, and of the log for one rotation, as measured on Postgres 18. */
const bytes = {
  session: 323,
  family: 402,
  account: 154,
  identifier: 286,
  rotation: 685,
  feedEntry: 90,
} as const;

const day = 86_400;
const scale = 1000;
/** The hour of the day at which most people come. */
const peak = 20 * 3600;

/** The same numbers from 0 to 1 in every run (a linear congruential generator). */
function chance(): () => number {
  let state = 20_260_301;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
}

/** A moment of the day; in the busiest hour three times as many come as in the quietest. */
function moment(draw: () => number): number {
  for (;;) {
    const at = Math.floor(draw() * day);
    if (draw() < (2 + Math.cos(((at - peak) / day) * 2 * Math.PI)) / 3) return at;
  }
}

/** Refreshes in each second of the day: one as a visit begins, for the token of the last one is old, and one whenever it ends again. */
function refreshes(draw: () => number): Float64Array {
  const seconds = new Float64Array(day);
  const visits = (habits.sessions / scale) * habits.active * habits.visitsADay;
  for (let visit = 0; visit < visits; visit += 1) {
    const begin = moment(draw);
    for (let at = 0; at < habits.visit; at += habits.accessToken) add(seconds, begin + at, scale);
  }
  return seconds;
}

/** Sign-outs in each second of the day. */
function signOuts(draw: () => number): Float64Array {
  const seconds = new Float64Array(day);
  const ends = (habits.sessions / (habits.life / day)) * habits.signedOut;
  for (let end = 0; end < ends; end += 1) add(seconds, moment(draw), 1);
  return seconds;
}

function add(seconds: Float64Array, at: number, weight: number): void {
  const second = at % day;
  seconds[second] = (seconds[second] ?? 0) + weight;
}

/** The average of the busiest quarter of an hour: of single seconds, one in a thousand tells too little. */
function busiest(seconds: Float64Array): number {
  const span = 900;
  const sums = Array.from({ length: day / span }, (_, at) =>
    seconds.subarray(at * span, (at + 1) * span).reduce((sum, one) => sum + one, 0),
  );
  return Math.max(...sums) / span;
}

const average = (seconds: Float64Array): number => seconds.reduce((sum, one) => sum + one, 0) / day;
const round = (value: number, digits = 0): string =>
  value.toLocaleString('en-GB', { maximumFractionDigits: digits });
const gigabytes = (count: number): string => `${round(count / 1e9)} GB`;

const draw = chance();
const refreshed = refreshes(draw);
const ended = signOuts(draw);
const { sessions } = habits;
const kept = busiest(ended) * (habits.accessToken + 60);
/** Everybody whose visit lasts comes back at once after everything stood still for longer than an access token lives. */
const herd = sessions * habits.active * habits.visitsADay * (habits.visit / day) * 1.5;

process.stdout.write(
  `${columns([
    [
      'refreshes a second',
      `${round(average(refreshed))} on average, ${round(busiest(refreshed))} in the busiest quarter`,
    ],
    [
      'log of the database',
      `${round((busiest(refreshed) * bytes.rotation) / 1e6)} MB/s in the busiest quarter`,
    ],
    ['sign-ins a second', `${round(sessions / habits.life, 1)} on average`],
    [
      'sign-outs a second',
      `${round(average(ended), 1)} on average, ${round(busiest(ended), 1)} in the busiest quarter`,
    ],
    ['entries of the feed at once', round(kept)],
    ['memory of a guard for them', `${round((kept * 200) / 1e6, 1)} MB`],
    [
      `what ${round(habits.guards)} guards are told`,
      `${round(busiest(ended) * habits.guards)} entries a second, ${round((busiest(ended) * habits.guards * bytes.feedEntry) / 1e6, 1)} MB/s`,
    ],
    ['sessions and families', gigabytes(sessions * (bytes.session + bytes.family))],
    ['accounts, one for two sessions', gigabytes((sessions / 2) * (bytes.account + bytes.identifier))],
    [
      'at once after a standstill',
      `${round(herd)} refreshes; at 30,000 a second ${round(herd / 30_000)} seconds`,
    ],
  ])}\n`,
);
