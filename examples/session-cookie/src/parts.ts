import type { Doorward } from 'doorward';
import type { Sessions } from './sessions.ts';
import type { Settings } from './settings.ts';
import type { Users } from './users.ts';

/** What the calls are made of. */
export interface Parts {
  readonly doorward: Doorward;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly settings: Settings;
  /** Milliseconds since 1970. */
  now(): number;
}
