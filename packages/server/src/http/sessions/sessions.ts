import * as v from 'valibot';
import { deviceCookie } from '../../domain/factors/remembered-device.ts';
import { heldSessions } from '../../domain/sessions/authenticate.ts';
import { signIn } from '../../domain/sessions/sign-in.ts';
import { sessionCarriers } from '../../domain/tokens/session-carriers.ts';
import { factorEntries, factorFailures, givenFactor } from '../factors/given-factor.ts';
import { line, passwordText } from '../input.ts';
import { languageOf } from '../language.ts';
import { clearing } from '../reply.ts';
import { openRoute } from '../route.ts';
import { signedInReply, signedInSchema } from '../views.ts';

/** `POST /api/v1/sessions`: sign in. */
export const signInRoute = openRoute(
  {
    method: 'POST',
    path: '/api/v1/sessions',
    subject: 'sessions',
    summary: 'Sign in and begin a session in the carrier of your choice.',
    forgery: 'always',
    limits: ['account', 'network', 'hashing'],
    body: v.strictObject({
      identifier: line(254),
      password: passwordText,
      carrier: v.optional(
        v.picklist(['cookie', 'opaque', 'jwt', 'jwt-cookie'], 'This is no carrier.'),
        'cookie',
      ),
      client_name: v.optional(line(100), ''),
      ...factorEntries,
      remember_device: v.optional(v.boolean('This must be true or false.'), false),
    }),
    answers: { 201: { description: 'The session.', schema: signedInSchema } },
    failures: [
      'sign_in_refused',
      ...factorFailures,
      'factor_enrolment_required',
      'attempts_exhausted',
      'password_malformed',
      'password_too_long',
      'hashing_busy',
    ],
  },
  async ({ parts, ports, body, wire, network }) => {
    const { identifier, password, client_name: clientName, remember_device: remembers } = body;
    const factor = givenFactor(body);
    const device = (accountId: string) => wire.cookie(deviceCookie(accountId));
    const carrier = sessionCarriers[body.carrier];
    const { cookies = [] } = carrier;
    const replaces = cookies.length === 0 ? [] : await heldSessions(ports, wire, parts.carriers);
    const language = languageOf(wire);
    const proof = { identifier, password, factor, device, remembers };
    const claim = { ...proof, carrier, clientName, network, language, replaces };
    const reply = signedInReply(await signIn(ports, claim), 201);
    const carriers = new Set(replaces.map((session) => session.carrier));
    const former = parts.carriers
      .filter(({ name }) => carriers.has(name))
      .flatMap((one) => one.cookies ?? []);
    const gone = new Set(former.filter((name) => !cookies.includes(name)));
    return { ...reply, cookies: [...(reply.cookies ?? []), ...clearing([...gone])] };
  },
);
