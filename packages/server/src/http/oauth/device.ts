import * as v from 'valibot';
import { requestDevice } from '../../domain/oauth/request-device.ts';
import { deviceAuthorizationResponse } from '../../protocol/oauth/device.ts';
import { devicePath } from './device-page.ts';
import { endpointPaths } from './endpoint-paths.ts';
import { oauthRoute } from './oauth-route.ts';

const text = v.optional(v.string());

/** `POST /oauth/device`: lets a device wait for its person (RFC 8628 §3.1). */
export const deviceAuthorizationRoute = oauthRoute(
  {
    method: 'POST',
    path: endpointPaths.deviceAuthorization,
    summary: 'Lets a device without a browser wait for its person.',
    limits: ['account', 'network'],
    body: v.object({
      scope: text,
      resource: text,
      client_id: text,
      client_secret: text,
      client_assertion: text,
      client_assertion_type: text,
    }),
    answers: {
      200: {
        description: 'The code that the device asks with, and the one that its person types.',
        schema: v.object({
          device_code: v.string(),
          user_code: v.string(),
          verification_uri: v.string(),
          verification_uri_complete: v.string(),
          expires_in: v.number(),
          interval: v.number(),
        }),
      },
    },
    failures: ['attempts_exhausted'],
  },
  async ({ ports, parameters, request, network }) => {
    const authorization = request.headers.get('authorization') ?? undefined;
    const device = await requestDevice(ports, { parameters, authorization, network });
    const verificationUri = ports.settings.issuer + devicePath;
    return { status: 200, json: deviceAuthorizationResponse({ ...device, verificationUri }) };
  },
);
