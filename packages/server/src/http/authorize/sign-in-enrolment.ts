/** The step of a sign-in that sets up the factor which a role demands; then the way leads on, past the recovery codes. */
import * as v from 'valibot';
import type { WayOn } from '../../domain/sessions/attempt.ts';
import {
  beginAppEnrolment,
  type EnrolmentOutcome,
  stepByApp,
  stepByNewPasskey,
} from '../../domain/sessions/enrolment-step.ts';
import type { CookieValue } from '../../domain/tokens/carrier.ts';
import type { ShownFailure } from '../../pages/failure.ts';
import type { Page } from '../../pages/layout.ts';
import { withFields } from '../../protocol/oauth/authorization-response.ts';
import {
  ceremony,
  credentialIn,
  credentialText,
  newCredential,
  passkeyFailures,
} from '../factors/credential.ts';
import { passkeyName } from '../factors/passkeys.ts';
import { check, line } from '../input.ts';
import { frameOf, languageOf } from '../language.ts';
import { leadingAway, pageReply } from '../page.ts';
import { type Call, openRoute, type Reply } from '../route.ts';
import { deadEnd } from './dead-end.ts';
import { atSecondStep, redrawSecondStep } from './second-step-page.ts';
import { rowId, secondStepPath, stepBrowser, stepReply } from './way-on.ts';

const facts = {
  method: 'POST',
  subject: 'oauth',
  page: true,
  leadsAway: true,
  forgery: 'always',
  form: true,
} as const;
const stepFailures = ['sign_in_over', 'sign_in_refused', 'proof_too_old', 'proof_too_weak'] as const;
const answers = {
  200: { description: 'The recovery codes, shown this once.', mediaType: 'text/html' },
  303: { description: 'To what is missing yet.' },
} as const;

/** `POST /sign-in/enrol`: shows a secret for an authenticator, once. */
export const beginAppRoute = openRoute(
  {
    ...facts,
    path: '/sign-in/enrol',
    summary: 'Begin to set up the authenticator that a role needs, in the sign-in under way.',
    limits: ['none'],
    body: v.strictObject({ attempt: rowId }),
    answers: { 200: { description: 'The secret, as a QR code and as text.', mediaType: 'text/html' } },
    failures: stepFailures,
    redraw: (call, failure) => redrawn(call, failure),
  },
  async (call) => {
    const { ports, body, wire, network } = call;
    const attempt = await atSecondStep(call, body.attempt);
    const shown = await beginAppEnrolment(ports, { attempt, network, language: languageOf(wire) });
    const { enrolment, secret, uri } = shown;
    const { qrSvg } = await import('../../pages/qr.ts');
    return pageReply(
      await appForm(call, { enrolment, shown: { secret, picture: await qrSvg(uri) } }),
      leadingAway,
    );
  },
);

/** Lenient, so that what is wrong with a field is told at the field. */
const text = v.string('This must be text.');
const confirmationForm = v.strictObject({ attempt: rowId, enrolment: rowId, code: text });

/** `POST /sign-in/enrolment`: the first code of the authenticator. A wrong one is asked for again, for the same secret. */
export const confirmAppRoute = openRoute(
  {
    ...facts,
    path: '/sign-in/enrolment',
    summary: 'Confirm the authenticator that a role needs, and sign in.',
    limits: ['account', 'network'],
    body: confirmationForm,
    answers,
    failures: [...stepFailures, 'ceremony_over', 'second_factor_refused', 'attempts_exhausted'],
    redraw: (call, failure) => {
      const { body } = call;
      const isWrong = failure.code === 'second_factor_refused' || failure.code === 'input_invalid';
      return isWrong && v.is(confirmationForm, body)
        ? appForm(call, { enrolment: body.enrolment, shown: undefined, failure })
        : redrawn(call, failure);
    },
  },
  async (call) => {
    const { ports, body } = call;
    const attempt = await atSecondStep(call, body.attempt);
    const { code } = check(v.object({ code: line(20) }), body, 'input_invalid');
    const { cookies, ...browser } = await stepBrowser(call);
    const confirmation = { enrolment: body.enrolment, code };
    return enrolmentReply(call, await stepByApp(ports, { ...browser, attempt, confirmation }), [
      attempt,
      cookies,
    ]);
  },
);

const named = v.object({ name: passkeyName });

/** `POST /sign-in/enrol-passkey`: the passkey that the browser has made. */
export const enrolPasskeyRoute = openRoute(
  {
    ...facts,
    path: '/sign-in/enrol-passkey',
    summary: 'Add the passkey that a role needs and the browser has made, and sign in.',
    limits: ['none'],
    body: v.strictObject({ attempt: rowId, ceremony, name: text, passkey_answer: credentialText }),
    answers,
    failures: [...stepFailures, ...passkeyFailures, 'passkey_taken', 'passkey_limit'],
    redraw: (call, failure) => redrawn(call, failure),
  },
  async (call) => {
    const { ports, body } = call;
    const attempt = await atSecondStep(call, body.attempt);
    const { name } = check(named, body, 'input_invalid');
    const credential = credentialIn(newCredential, body.passkey_answer);
    const { cookies, ...browser } = await stepBrowser(call);
    const step = { ...browser, attempt, made: { ceremony: body.ceremony, credential, name } };
    return enrolmentReply(call, await stepByNewPasskey(ports, step), [attempt, cookies]);
  },
);

/** The codes first, and from there to where the way leads on. */
async function enrolmentReply(
  call: Call,
  { outcome, recoveryCodes }: EnrolmentOutcome,
  [way, kept]: readonly [WayOn, readonly CookieValue[]],
): Promise<Reply> {
  const reply = await stepReply(outcome, way, kept);
  if (!recoveryCodes) return reply;
  const { headers, cookies } = reply;
  const { recoveryCodesPage } = await import('../../pages/authorize/enrolment.ts');
  const page = recoveryCodesPage(frameOf(call), recoveryCodes, headers?.['location'] ?? '/');
  return { ...(await pageReply(page, leadingAway)), cookies };
}

/** What of a body names the sign-in, and what was entered. */
const entered = v.looseObject({ attempt: rowId, name: v.optional(text) });

async function redrawn(call: Call, failure: ShownFailure): Promise<Page> {
  const { body } = call;
  if (!v.is(entered, body)) return deadEnd(call, failure);
  return redrawSecondStep(call, body.attempt, { failure, name: body.name });
}

async function appForm(
  call: Call,
  form: {
    readonly enrolment: string;
    readonly shown: { readonly secret: string; readonly picture: string } | undefined;
    readonly failure?: ShownFailure;
  },
): Promise<Page> {
  const { appPage } = await import('../../pages/authorize/enrolment.ts');
  const { attempt } = v.parse(entered, call.body);
  const back = withFields(secondStepPath, [['attempt', attempt]]);
  return appPage({ ...form, frame: frameOf(call), attempt, back });
}
