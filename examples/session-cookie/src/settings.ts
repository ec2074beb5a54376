/**
 * The environment, read and checked once. A wrong value stops the start: a duration that cannot be read must not quietly
 * become "never".
 */
import { CannotStart, type Environment } from '@doorward/examples-kit';

const authTypes = ['session_auth', 'session_exp_auth', 'session_db_auth', 'basic_auth'] as const;

/** What the environment decides, but for host and port. */
export interface Settings {
  /** How callers of the API prove who they are. */
  readonly authType: (typeof authTypes)[number];
  /** The name of the cookie. */
  readonly sessionName: string;
  /** Seconds that a session lives, counted from its creation; 0: it never expires. */
  readonly sessionDuration: number;
  /** The account of the demonstration, if there is to be one. */
  readonly demo: { readonly username: string; readonly password: string } | undefined;
}

/** Seconds that Doorward keeps a session at most: a hundred years, and so "never". */
export const never = 36_500 * 86_400;

/** Reads the settings. Throws `CannotStart`. */
export function readSettings(environment: Environment): Settings {
  const given = (name: string, fallback = ''): string => environment[name] || fallback;
  const authType = authTypes.find((name) => name === given('AUTH_TYPE', 'session_db_auth'));
  if (!authType) throw new CannotStart(`AUTH_TYPE must be one of ${authTypes.join(', ')}.`);
  const sessionName = given('SESSION_NAME', 'session_id');
  if (!/^[\w-]{1,64}$/.test(sessionName))
    throw new CannotStart('SESSION_NAME must be letters, digits, underscores and dashes.');
  const duration = given('SESSION_DURATION', '0');
  if (!/^\d{1,10}$/.test(duration) || Number(duration) > never)
    throw new CannotStart(
      `SESSION_DURATION must be a whole number of seconds, at most ${never}; 0 for no expiry.`,
    );
  const [username, password] = [given('DEMO_USERNAME'), given('DEMO_PASSWORD')];
  return {
    authType,
    sessionName,
    // That its sessions expire is what `session_exp_auth` adds to `session_auth`.
    sessionDuration: authType === 'session_auth' ? 0 : Number(duration),
    demo: username && password ? { username, password } : undefined,
  };
}
