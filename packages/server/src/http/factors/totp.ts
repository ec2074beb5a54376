/**
 * The authenticator over the API: begin, confirm by a first code, remove.
 */
import * as v from 'valibot';
import { isoTime } from '../../base/iso-time.ts';
import { beginTotp, confirmTotp, removeTotp } from '../../domain/factors/totp.ts';
import { line, uuid } from '../input.ts';
import { sessionRoute } from '../route.ts';
import { done } from '../views.ts';
import { changeFailures, factorsPath, ownerOf, recoveryCodesSchema } from './factors.ts';

const path = `${factorsPath}/totp`;

/** `POST /api/v1/account/factors/totp`: begin. */
export const beginTotpRoute = sessionRoute(
  {
    method: 'POST',
    path,
    subject: 'factors',
    summary: 'Begin to add an authenticator: a secret to scan or type, good once its first code confirms it.',
    forgery: 'carrier',
    limits: ['none'],
    answers: {
      201: {
        description: 'What the authenticator has to be given. It is shown now and never again.',
        schema: v.object({
          enrolment: v.string(),
          secret: v.string(),
          uri: v.string(),
          qr_svg: v.pipe(v.string(), v.description('The address as a QR code.')),
          expires_at: v.string(),
        }),
      },
    },
    failures: [...changeFailures, 'not_found'],
  },
  async (call) => {
    const shown = await beginTotp(call.ports, ownerOf(call));
    const { qrSvg } = await import('../../pages/qr.ts');
    const { enrolment, secret, uri, expiresAt } = shown;
    const json = { enrolment, secret, uri, qr_svg: await qrSvg(uri), expires_at: isoTime(expiresAt) };
    return { status: 201, json };
  },
);

/** `PUT /api/v1/account/factors/totp`: confirm. */
export const confirmTotpRoute = sessionRoute(
  {
    method: 'PUT',
    path,
    subject: 'factors',
    summary: 'Confirm the authenticator by a code that it shows; it takes the place of the one before.',
    forgery: 'carrier',
    limits: ['account', 'network'],
    body: v.strictObject({ enrolment: uuid, code: line(20) }),
    answers: {
      200: {
        description: 'It is asked for from now on. With your first factor come recovery codes.',
        schema: v.object({ recovery_codes: v.nullable(recoveryCodesSchema) }),
      },
    },
    failures: [...changeFailures, 'ceremony_over', 'second_factor_refused', 'attempts_exhausted'],
  },
  async (call) => {
    const { recoveryCodes } = await confirmTotp(call.ports, ownerOf(call), call.body);
    return { status: 200, json: { recovery_codes: recoveryCodes ?? null } };
  },
);

/** `DELETE /api/v1/account/factors/totp`: remove. */
export const removeTotpRoute = sessionRoute(
  {
    method: 'DELETE',
    path,
    subject: 'factors',
    summary: 'Remove the authenticator. Other sessions that were proven by it end.',
    forgery: 'carrier',
    limits: ['none'],
    answers: { 204: { description: 'It is gone.' } },
    failures: [...changeFailures, 'not_found', 'factor_demanded', 'last_way_in'],
  },
  async (call) => {
    await removeTotp(call.ports, ownerOf(call));
    return done;
  },
);
