/** The second step of a sign-in on our pages. */
import * as v from 'valibot';
import { offerPasskey } from '../../domain/factors/prove-passkey.ts';
import { isFailure } from '../../domain/failures.ts';
import { findAttempt, type SignInAttempt } from '../../domain/sessions/attempt.ts';
import {
  beginEnrolment,
  lookAtSecondStep,
  stepByEnrolment,
  stepByFactor,
} from '../../domain/sessions/second-step.ts';
import type { ShownFailure } from '../../pages/failure.ts';
import type { Page } from '../../pages/layout.ts';
import { withFields } from '../../protocol/oauth/authorization-response.ts';
import { givenFactor } from '../factors/given-factor.ts';
import { check, line } from '../input.ts';
import { frameOf, languageOf } from '../language.ts';
import { leadingAway, pageReply } from '../page.ts';
import { type Call, openRoute, type Reply } from '../route.ts';
import { browserSecret } from './browser.ts';
import { deadEnd } from './dead-end.ts';
import { onTheWay, secondStepPath as path, rowId, stepBrowser, stepReply } from './way-on.ts';

const facts = { subject: 'oauth', page: true, leadsAway: true } as const;
const stepFailures = [
  'sign_in_over',
  'sign_in_refused',
  'second_factor_refused',
  'attempts_exhausted',
  'proof_too_old',
  'proof_too_weak',
] as const;
const answers = {
  200: { description: 'The page.', mediaType: 'text/html' },
  303: { description: 'Signed in: on with the request, or to the path; or to what is missing yet.' },
} as const;

/** `GET /sign-in/second`: what is missing. */
export const showSecondStepRoute = openRoute(
  {
    ...facts,
    method: 'GET',
    path,
    summary: 'The form that asks for a second factor, or offers to set one up that a role needs.',
    forgery: 'none',
    limits: ['none'],
    redraw: deadEnd,
    query: v.strictObject({
      attempt: rowId,
      by: v.optional(v.picklist(['totp', 'recovery_code'], 'This is no factor.')),
    }),
    answers: { 200: answers[200] },
    failures: ['sign_in_over'],
  },
  async (call) => {
    const { attempt, by } = call.query;
    return pageReply(await drawn(call, await attemptAt(call, attempt), { by }), leadingAway);
  },
);

/** Lenient, so that what is wrong with a field is told at the field. */
const code = v.optional(v.string('This must be text.'));
const form = v.strictObject({
  attempt: rowId,
  totp: code,
  recovery_code: code,
  remember: v.optional(v.picklist(['yes'], 'This must be yes.')),
});

const entries = v.object({ totp: v.optional(line(20)), recovery_code: v.optional(line(40)) });

/** `POST /sign-in/second`: the second factor. A refusal shows the form again. */
export const secondStepRoute = openRoute(
  {
    ...facts,
    method: 'POST',
    path,
    summary: 'Prove the sign-in under way by a second factor.',
    forgery: 'always',
    limits: ['account', 'network'],
    form: true,
    body: form,
    answers: { 303: answers[303] },
    failures: stepFailures,
    redraw: async (call, failure) => {
      const { body } = call;
      if (!v.is(form, body)) return deadEnd(call, failure);
      const by = body.recovery_code === undefined ? 'totp' : 'recovery_code';
      return redrawn(call, body.attempt, { by, failure });
    },
  },
  async (call) => {
    const { ports, body } = call;
    const attempt = await attemptAt(call, body.attempt);
    const given = givenFactor(check(entries, body, 'input_invalid')) ?? { kind: 'totp', code: '' };
    const { cookies, ...browser } = await stepBrowser(call);
    const remembers = body.remember === 'yes';
    const step = { ...browser, attempt, given, remembers };
    return stepReply(await stepByFactor(ports, step), attempt, cookies);
  },
);

/** `POST /sign-in/enrol`: shows a secret for an authenticator, once. */
export const beginEnrolmentRoute = openRoute(
  {
    ...facts,
    method: 'POST',
    path: '/sign-in/enrol',
    summary: 'Begin to set up the authenticator that a role needs, in the sign-in under way.',
    forgery: 'always',
    limits: ['none'],
    form: true,
    body: v.strictObject({ attempt: rowId }),
    answers: { 200: answers[200] },
    failures: stepFailures,
    redraw: deadEnd,
  },
  async (call) => {
    const { ports, body, wire, network } = call;
    const attempt = await attemptAt(call, body.attempt);
    const shown = await beginEnrolment(ports, { attempt, network, language: languageOf(wire) });
    const [{ totpPage }, { qrSvg }] = await Promise.all([
      import('../../pages/second-step.ts'),
      import('../../pages/qr.ts'),
    ]);
    const picture = await qrSvg(shown.uri);
    const frame = frameOf(call);
    const back = onTheWay('/sign-in', attempt);
    return pageReply(totpPage({ ...shown, frame, attempt: attempt.id, back, picture }), leadingAway);
  },
);

/** `POST /sign-in/enrolment`: the first code of the authenticator; then the way leads on, past the recovery codes. */
export const enrolmentRoute = openRoute(
  {
    ...facts,
    method: 'POST',
    path: '/sign-in/enrolment',
    summary: 'Confirm the authenticator that a role needs, and sign in.',
    forgery: 'always',
    limits: ['account', 'network'],
    form: true,
    body: v.strictObject({ attempt: rowId, enrolment: rowId, code: line(20) }),
    answers,
    failures: [...stepFailures, 'ceremony_over'],
    redraw: async (call, failure) => {
      const { body } = call;
      return v.is(v.looseObject({ attempt: rowId }), body)
        ? redrawn(call, body.attempt, { failure })
        : deadEnd(call, failure);
    },
  },
  async (call) => {
    const { ports, body } = call;
    const attempt = await attemptAt(call, body.attempt);
    const { cookies, ...browser } = await stepBrowser(call);
    const { enrolment, code: typed } = body;
    const step = { ...browser, attempt, shown: { enrolment, code: typed } };
    const { outcome, recoveryCodes } = await stepByEnrolment(ports, step);
    const reply = await stepReply(outcome, attempt, cookies);
    return recoveryCodes ? codesReply(call, recoveryCodes, reply) : reply;
  },
);

/** The codes first, and from there to where the reply would have led. */
async function codesReply(call: Call, codes: readonly string[], { headers, cookies }: Reply): Promise<Reply> {
  const { recoveryCodesPage } = await import('../../pages/second-step.ts');
  const page = recoveryCodesPage(frameOf(call), codes, headers?.['location'] ?? '/');
  return { ...(await pageReply(page, leadingAway)), cookies };
}

const attemptAt = ({ ports, wire }: Pick<Call, 'ports' | 'wire'>, id: string): Promise<SignInAttempt> =>
  findAttempt(ports, id, { browser: browserSecret(wire), step: 'second' });

interface Drawing {
  readonly by?: 'totp' | 'recovery_code' | undefined;
  readonly failure?: ShownFailure | undefined;
}

/** Only a sign-in that still stands at this step brings its form back. */
async function redrawn(call: Call, id: string, drawing: Drawing): Promise<Page> {
  try {
    return await drawn(call, await attemptAt(call, id), drawing);
  } catch (thrown) {
    if (!isFailure(thrown) || !drawing.failure) throw thrown;
    return deadEnd(call, drawing.failure);
  }
}

async function drawn(call: Call, attempt: SignInAttempt, { by, failure }: Drawing): Promise<Page> {
  const { ports } = call;
  const { missing, held, demand } = await lookAtSecondStep(ports, attempt);
  const { enrolmentPage, factorPage } = await import('../../pages/second-step.ts');
  const here = withFields(path, [['attempt', attempt.id]]);
  const frame = frameOf(call, { here });
  const shown = { frame, attempt: attempt.id, back: onTheWay('/sign-in', attempt), failure };
  if (missing === 'factor_enrolment_required')
    return enrolmentPage({ ...shown, needs: demand === 'passkey' ? 'passkey' : 'second-factor' });
  const has = { totp: held.totp, recovery_code: held.recoveryCodes > 0 };
  const asks =
    by ?? (has.totp ? 'totp' : has.recovery_code && held.passkeys === 0 ? 'recovery_code' : undefined);
  const other = asks === 'recovery_code' ? 'totp' : 'recovery_code';
  const offer = { purpose: 'second-factor', boundTo: attempt.id, accountId: attempt.accountId } as const;
  return factorPage({
    ...shown,
    asks,
    other: has[other]
      ? withFields(path, [
          ['attempt', attempt.id],
          ['by', other],
        ])
      : undefined,
    passkey: held.passkeys > 0 ? await offerPasskey(ports, offer) : undefined,
    mayRemember: demand !== 'passkey' && ports.settings.rememberedDeviceSeconds > 0,
  });
}
