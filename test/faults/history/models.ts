/**
 * Sequential models of what clients share: a session with its refresh family, an account with its password, an API key, a
 * code. Each says what may be answered, and what is left behind; an answer that tells nothing is given as undefined.
 */
import type { Model } from './linearize.ts';

/** What is done with a session. Generations count from its birth. */
export type SessionInput =
  | { readonly does: 'check'; readonly generation: number }
  | { readonly does: 'refresh'; readonly generation: number }
  | { readonly does: 'end'; readonly generation: number }
  /** From outside: the password changed, or the account was deleted. */
  | { readonly does: 'fall' };

/** Whether it was let in. */
export type Verdict = 'yes' | 'no';

interface SessionState {
  readonly ended: boolean;
  readonly generation: number;
}

/** How a session is carried, and whether the database may have lost its last moments: then a member may be shown that was never made. */
export interface SessionKind {
  readonly carrier: 'opaque' | 'jwt';
  readonly mayLose?: boolean;
}

/**
 * A session (I3) and its family (I4): one live member, its direct predecessor is told the same successor again, anything
 * older ends both. An opaque access token lives as long as its generation or the next one is the newest.
 */
export const sessionModel = ({
  carrier,
  mayLose = false,
}: SessionKind): Model<SessionState, SessionInput, Verdict> => ({
  initial: { ended: false, generation: 0 },
  step: (state, input, output) => {
    const ended = { ...state, ended: true };
    if (input.does === 'fall') return output === 'yes' ? [ended] : [state, ended];
    // Nobody has seen a member before it was made, unless that was lost. A JWT says nothing of its generation.
    if (input.generation > state.generation && !(mayLose && carrier === 'jwt' && input.does !== 'refresh'))
      return mayLose ? strangeMember(state, input, output) : [];
    const isLate = input.generation < state.generation - 1;
    if (input.does === 'refresh') {
      const taken = { ...state, generation: Math.max(state.generation, input.generation + 1) };
      const [answer, left]: [Verdict, SessionState] = state.ended || isLate ? ['no', ended] : ['yes', taken];
      if (output === undefined) return [left, state];
      return output === answer ? [left] : [];
    }
    const isTaken = !state.ended && (carrier === 'jwt' || !isLate);
    if (input.does === 'end') {
      // Who asks is known before the session ends, and a refresh may come between the two.
      if (output === 'yes') return state.ended ? [] : [ended];
      return output === undefined && !state.ended ? [ended, state] : isTaken && output ? [] : [state];
    }
    return output === undefined || (output === 'yes') === isTaken ? [state] : [];
  },
});

/** A member that this family has never had ends it like an old one, and opens nothing. */
function strangeMember(
  state: SessionState,
  { does }: SessionInput,
  output: Verdict | undefined,
): SessionState[] {
  if (output === 'yes') return [];
  const left = does === 'refresh' ? { ...state, ended: true } : state;
  return output === undefined ? [left, state] : [left];
}

/** What is done with an account. */
export type AccountInput =
  | { readonly does: 'sign-up'; readonly password: string }
  | { readonly does: 'sign-in'; readonly password: string }
  /** Its `no` may be due to the session that asked, and tells nothing. */
  | { readonly does: 'change'; readonly from: string; readonly to: string };

/** An account exists once (I1) and has one password (I2). The state is the password; empty before the sign-up. */
export const accountModel: Model<string, AccountInput, Verdict> = {
  initial: '',
  step: (password, input, output) => {
    if (input.does === 'sign-up') {
      const left = password === '' ? input.password : password;
      if (output === undefined) return [left, password];
      return (output === 'yes') === (password === '') ? [left] : [];
    }
    if (input.does === 'change') {
      const isRight = password === input.from;
      if (output === 'yes') return isRight ? [input.to] : [];
      return output === undefined && isRight ? [input.to, password] : [password];
    }
    if (output === undefined) return [password];
    return (output === 'yes') === (password === input.password) ? [password] : [];
  },
};

/** What is done with a key: it is used, or ends. */
export type KeyInput = { readonly does: 'use' | 'end' };

/** An API key works until it is ended (I3). The state tells whether it was. */
export const keyModel: Model<boolean, KeyInput, Verdict> = {
  initial: false,
  step: (ended, { does }, output) => {
    const left = ended || does === 'end';
    if (output === undefined) return [left, ended];
    return (output === 'yes') === !ended ? [left] : [];
  },
};

/** A one-time artefact succeeds at most once (I5); it may be refused for reasons of its own. The state tells whether it did. */
export const artefactModel: Model<boolean, { readonly does: 'use' }, Verdict> = {
  initial: false,
  step: (used, _input, output) => {
    if (output === 'yes') return used ? [] : [true];
    return output === undefined ? [true, used] : [used];
  },
};
