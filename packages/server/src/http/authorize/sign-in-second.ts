/** The second step of a sign-in on our pages. */
import * as v from 'valibot';
import { stepByFactor } from '../../domain/sessions/second-step.ts';
import { givenFactor } from '../factors/given-factor.ts';
import { check, line } from '../input.ts';
import { leadingAway, pageReply } from '../page.ts';
import { openRoute } from '../route.ts';
import { deadEnd } from './dead-end.ts';
import { atSecondStep, drawSecondStep, redrawSecondStep } from './second-step-page.ts';
import { secondStepPath as path, rowId, stepBrowser, stepReply } from './way-on.ts';

const facts = { subject: 'oauth', page: true, leadsAway: true } as const;
const stepFailures = [
  'sign_in_over',
  'sign_in_refused',
  'second_factor_refused',
  'attempts_exhausted',
] as const;

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
    answers: { 200: { description: 'The page.', mediaType: 'text/html' } },
    failures: ['sign_in_over', 'proof_too_old'],
  },
  async (call) => {
    const { attempt, by } = call.query;
    return pageReply(await drawSecondStep(call, await atSecondStep(call, attempt), { by }), leadingAway);
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
    answers: {
      303: { description: 'Signed in: on with the request, or to the path; or to what is missing yet.' },
    },
    failures: stepFailures,
    redraw: async (call, failure) => {
      const { body } = call;
      if (!v.is(form, body)) return deadEnd(call, failure);
      const by = body.recovery_code === undefined ? 'totp' : 'recovery_code';
      return redrawSecondStep(call, body.attempt, { by, failure });
    },
  },
  async (call) => {
    const { ports, body } = call;
    const attempt = await atSecondStep(call, body.attempt);
    const given = givenFactor(check(entries, body, 'input_invalid')) ?? { kind: 'totp', code: '' };
    const { cookies, ...browser } = await stepBrowser(call);
    const remembers = body.remember === 'yes';
    const step = { ...browser, attempt, given, remembers };
    return stepReply(await stepByFactor(ports, step), attempt, cookies);
  },
);
