/**
 * Step-up on our pages: whoever is signed in proves it once more, by as much as their account has, and comes back to the page
 * that asked for it. The session goes on; what is enough is decided where a change is made, and by `proveAgain`.
 */
import * as v from 'valibot';
import { standingOf } from '../../domain/factors/demand.ts';
import { hasFactor } from '../../domain/factors/factor.ts';
import type { GivenFactor } from '../../domain/factors/prove-factor.ts';
import { offerPasskey } from '../../domain/factors/prove-passkey.ts';
import { statesFirst } from '../../domain/factors/strength.ts';
import { proveAgain } from '../../domain/sessions/prove-again.ts';
import type { ShownFailure } from '../../pages/failure.ts';
import type { Page } from '../../pages/layout.ts';
import { centrePaths, proofPath as path, proofBefore } from '../../pages/words/account-centre.ts';
import { signInBefore } from '../authorize/sign-in-before.ts';
import {
  ceremony,
  credentialIn,
  credentialText,
  passkeyFailures,
  shownCredential,
} from '../factors/credential.ts';
import { factorFailures, givenFactor } from '../factors/given-factor.ts';
import { check, line, passwordText } from '../input.ts';
import { frameOf, languageOf } from '../language.ts';
import { pageReply } from '../page.ts';
import { type Call, type Reply, type SessionCall, sessionRoute } from '../route.ts';
import { doneAt, isProven, ownAccount } from './centre.ts';

/** The page that comes next: one of the account centre, where it is said what was done. */
const nextPage = v.optional(
  v.picklist(Object.values(centrePaths), 'This is no page of the account.'),
  centrePaths.overview,
);
type Next = v.InferOutput<typeof nextPage>;

const codes = ['totp', 'recovery_code'] as const;
type Code = (typeof codes)[number];

/** What is asked for. */
interface Asked {
  readonly code: Code | undefined;
  readonly password: boolean;
  readonly passkey: boolean;
  readonly other: Code | undefined;
}

/**
 * What proves enough, by what the account has. A code alone adds to the first factor that a session began with; where there
 * was none, the password is asked for beside it. Where a role demands a passkey, nothing else is enough.
 */
async function whatProves(call: Pick<SessionCall, 'ports' | 'session'>, by?: Code): Promise<Asked> {
  const { ports, session } = call;
  const { read } = ports.store;
  const { held, demand } = await standingOf(read, await ownAccount(call));
  const password = (await read.accounts.password(session.accountId)) !== undefined;
  if (!hasFactor(held)) return { code: undefined, password, passkey: false, other: undefined };
  const passkey = held.passkeys > 0;
  const hasFirst = statesFirst(session.amr);
  const takesCodes = demand !== 'passkey' && (hasFirst || password);
  const has = { totp: takesCodes && held.totp, recovery_code: takesCodes && held.recoveryCodes > 0 };
  const asks = by ?? (has.totp ? 'totp' : passkey ? undefined : 'recovery_code');
  const code = asks !== undefined && has[asks] ? asks : undefined;
  const other = code === 'recovery_code' ? 'totp' : 'recovery_code';
  return {
    code,
    password: code !== undefined && !hasFirst,
    passkey,
    other: has[other] ? other : undefined,
  };
}

interface Drawing {
  readonly next: Next;
  readonly by?: Code | undefined;
  readonly failure?: ShownFailure | undefined;
}

async function drawn(
  call: Pick<SessionCall, 'ports' | 'session' | 'request' | 'wire'>,
  { next, by, failure }: Drawing,
  asked: Asked,
): Promise<Page> {
  const { ports, session } = call;
  const { id: boundTo, accountId } = session;
  const { proofPage } = await import('../../pages/account/proof.ts');
  return proofPage({
    frame: frameOf(call, { here: proofBefore(next, by) }),
    next,
    failure,
    code: asked.code,
    password: asked.password,
    passkey: asked.passkey
      ? await offerPasskey(ports, { purpose: 'second-factor', boundTo, accountId })
      : undefined,
    other: asked.other && proofBefore(next, asked.other),
    signIn: signInBefore(next),
  });
}

/** `GET /account/proof`: asks for it. Whoever proved enough goes on, and whoever has nothing to show here signs in anew. */
export const proofPageRoute = sessionRoute(
  {
    method: 'GET',
    path,
    subject: 'account centre',
    summary: 'Prove once more that it is you, and go on to a page of the account.',
    forgery: 'none',
    limits: ['none'],
    page: true,
    query: v.strictObject({ next: nextPage, by: v.optional(v.picklist(codes, 'This is no factor.')) }),
    answers: {
      200: { description: 'The page.', mediaType: 'text/html' },
      303: { description: 'Nothing is to be proven: on to the page. Or to the sign-in page.' },
    },
    failures: [],
  },
  async (call) => {
    const { query } = call;
    if (await isProven(call)) return { status: 303, headers: { location: query.next } };
    const asked = await whatProves(call, query.by);
    if (!asked.code && !asked.password && !asked.passkey)
      return { status: 303, headers: { location: signInBefore(query.next) } };
    return pageReply(await drawn(call, query, asked));
  },
);

const facts = {
  method: 'POST',
  subject: 'account centre',
  forgery: 'always',
  page: true,
  form: true,
  formOf: path,
  answers: { 303: { description: 'Proven: on to the page. Or to the sign-in page first.' } },
} as const;

const provenFailures = [
  ...factorFailures,
  'carrier_refused',
  'sign_in_refused',
  'factor_enrolment_required',
] as const;

/** Lenient, so that what is wrong with a field is told at the field. */
const text = v.optional(v.string('This must be text.'));
const entries = v.object({
  password: v.optional(passwordText),
  totp: v.optional(line(20)),
  recovery_code: v.optional(line(40)),
});

/** `POST /account/proof`: by a code, by the password, or by both. */
export const proofFormRoute = sessionRoute(
  {
    ...facts,
    path,
    summary: 'Prove the session once more by a code, the password, or both; it goes on.',
    limits: ['account', 'network', 'hashing'],
    body: v.strictObject({ next: nextPage, password: text, totp: text, recovery_code: text }),
    failures: [
      ...provenFailures,
      'attempts_exhausted',
      'current_password_wrong',
      'password_malformed',
      'password_too_long',
      'hashing_busy',
    ],
    redraw: (call, failure) => redrawn(call, failure),
  },
  async (call) => {
    const shown = check(entries, call.body, 'input_invalid');
    return proven(call, { next: call.body.next, password: shown.password, factor: givenFactor(shown) });
  },
);

/** `POST /account/proof/passkey`: by a passkey of the account. */
export const proofPasskeyRoute = sessionRoute(
  {
    ...facts,
    path: `${path}/passkey`,
    summary: 'Prove the session once more by a passkey that the page has asked for; it goes on.',
    limits: ['network'],
    body: v.strictObject({ next: nextPage, ceremony, passkey_answer: credentialText }),
    failures: [...provenFailures, ...passkeyFailures],
    redraw: (call, failure) => redrawn(call, failure),
  },
  async (call) => {
    const { session, body } = call;
    const credential = credentialIn(shownCredential, body.passkey_answer);
    const shown = { kind: 'passkey', boundTo: session.id, ceremony: body.ceremony, credential } as const;
    return proven(call, { next: body.next, factor: shown });
  },
);

interface Shown {
  readonly next: Next;
  readonly password?: string | undefined;
  readonly factor: GivenFactor | undefined;
}

async function proven(call: SessionCall, { next, password, factor }: Shown): Promise<Reply> {
  const { ports, session, principal, network, wire } = call;
  const { carrier } = principal;
  const proof = { session, carrier, network, password, factor, language: languageOf(wire) };
  const { delivery } = await proveAgain(ports, proof);
  return doneAt(next, 'proven', delivery.cookies);
}

/** What every body brings along that is sent from the page. */
const sent = v.looseObject({ next: nextPage, recovery_code: text });

async function redrawn(call: Call, failure: ShownFailure): Promise<Page> {
  const { session } = call;
  if (!session) throw new Error('a proof was sent by nobody');
  const own = { ...call, session };
  const body = v.is(sent, call.body) ? v.parse(sent, call.body) : { next: centrePaths.overview };
  const by = 'recovery_code' in body && body.recovery_code !== undefined ? 'recovery_code' : undefined;
  return drawn(own, { next: body.next, by, failure }, await whatProves(own, by));
}
