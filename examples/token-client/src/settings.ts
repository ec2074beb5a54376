/** What the environment says, checked at start: whatever is wrong is told all at once, and then nothing starts. */
import { CannotStart, type Environment } from '@doorward/examples-kit';
import * as v from 'valibot';
import { levels } from './log.ts';

const minutes = (usual: string, least: number) =>
  v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,5}(?:\.\d{1,4})?$/, 'must be a number of minutes'),
      v.transform(Number),
      v.minValue(least, `must be at least ${least}`),
      v.maxValue(10_080, 'must be a week (10080) at most'),
    ),
    usual,
  );

/** `https://auth.example.com/` → `https://auth.example.com`; undefined for anything that is more or less than an origin. */
function originOf(text: string): string | undefined {
  const url = URL.parse(text);
  const plain = url !== null && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href;
  return plain ? url.origin : undefined;
}

const origin = (message: string) =>
  v.pipe(
    v.string(),
    v.check((text) => originOf(text) !== undefined, message),
    v.transform((text) => originOf(text) ?? text),
  );

const shape = v.object({
  AUTH_BASE_URL: v.optional(origin('must be an address such as https://auth.example.com')),
  ACCESS_TOKEN_EXPIRE_MINUTES: minutes('2', 0.5),
  REFRESH_TOKEN_EXPIRE_MINUTES: minutes('4', 1),
  LOG_LEVEL: v.optional(
    v.pipe(v.string(), v.toUpperCase(), v.picklist(levels, `must be one of ${levels.join(', ')}`)),
    'INFO',
  ),
  REFRESH_AHEAD: v.optional(v.picklist(['lazy', 'timer'], 'must be lazy or timer'), 'lazy'),
  RATE_LIMIT_PER_MINUTE: v.optional(
    v.pipe(v.string(), v.regex(/^[1-9]\d{0,5}$/, 'must be a whole number from 1'), v.transform(Number)),
    '60',
  ),
  CORS_ORIGINS: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => text.split(',').map((one) => one.trim())),
      v.array(origin('must be addresses such as https://app.example.com, separated by commas; * is none')),
    ),
  ),
});

/** What the program was told. */
export interface Settings {
  /** The central server's origin; undefined: start one here. */
  readonly centralServer: string | undefined;
  /** Lives, in minutes, that the central server started here gives its tokens. */
  readonly accessMinutes: number;
  readonly refreshMinutes: number;
  readonly logLevel: (typeof levels)[number];
  /** Whether tokens are refreshed when somebody uses them, or by themselves as well. */
  readonly ahead: 'lazy' | 'timer';
  /** Sign-ins, registrations and refreshes that one network may ask for in a minute, each by itself. */
  readonly perMinute: number;
  /** Other sites whose pages may call. */
  readonly corsOrigins: readonly string[];
}

/** Reads the settings; an empty variable is one that is not set. Throws `CannotStart` with everything that is wrong. */
export function readSettings(environment: Environment): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const { success, output, issues } = v.safeParse(shape, given);
  if (!success)
    throw new CannotStart(
      issues.map(({ path, message }) => `${String(path?.[0].key)} ${message}.`).join('\n'),
    );
  if (output.REFRESH_TOKEN_EXPIRE_MINUTES < output.ACCESS_TOKEN_EXPIRE_MINUTES)
    throw new CannotStart('REFRESH_TOKEN_EXPIRE_MINUTES must not be less than ACCESS_TOKEN_EXPIRE_MINUTES.');
  return {
    centralServer: output.AUTH_BASE_URL,
    accessMinutes: output.ACCESS_TOKEN_EXPIRE_MINUTES,
    refreshMinutes: output.REFRESH_TOKEN_EXPIRE_MINUTES,
    logLevel: output.LOG_LEVEL,
    ahead: output.REFRESH_AHEAD,
    perMinute: output.RATE_LIMIT_PER_MINUTE,
    corsOrigins: output.CORS_ORIGINS ?? [],
  };
}
