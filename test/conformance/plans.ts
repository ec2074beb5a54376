/**
 * The plans of the OpenID conformance suite that Doorward measures itself by, and the modules of each by the suite's own
 * names. The suite itself needs a host that everybody can reach; here every module is a test of ours that bears its name
 * and asks for the same. The names are those that providers publish with their certifications.
 */

/** What the basic plan tries, and the form post plan once more with answers by a form. */
const basic = [
  'oidcc-server',
  'oidcc-response-type-missing',
  'oidcc-idtoken-signature',
  'oidcc-idtoken-unsigned',
  'oidcc-userinfo-get',
  'oidcc-userinfo-post-header',
  'oidcc-userinfo-post-body',
  'oidcc-ensure-request-without-nonce-succeeds-for-code-flow',
  'oidcc-scope-profile',
  'oidcc-scope-email',
  'oidcc-scope-address',
  'oidcc-scope-phone',
  'oidcc-scope-all',
  'oidcc-alternate-happy-flow',
  'oidcc-display-page',
  'oidcc-display-popup',
  'oidcc-prompt-login',
  'oidcc-prompt-none-not-logged-in',
  'oidcc-prompt-none-logged-in',
  'oidcc-max-age-1',
  'oidcc-max-age-10000',
  'oidcc-ensure-request-with-unknown-parameter-succeeds',
  'oidcc-id-token-hint',
  'oidcc-login-hint',
  'oidcc-ui-locales',
  'oidcc-claims-locales',
  'oidcc-ensure-request-with-acr-values-succeeds',
  'oidcc-codereuse',
  'oidcc-codereuse-30seconds',
  'oidcc-ensure-registered-redirect-uri',
  'oidcc-ensure-post-request-succeeds',
  'oidcc-server-client-secret-post',
  'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported',
  'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported',
  'oidcc-claims-essential',
  'oidcc-ensure-request-object-with-redirect-uri',
  'oidcc-refresh-token',
  'oidcc-ensure-request-with-valid-pkce-succeeds',
] as const;

/** The modules by plan. */
export const plans = {
  'oidcc-basic-certification-test-plan': basic,
  'oidcc-formpost-basic-certification-test-plan': basic,
  'oidcc-config-certification-test-plan': ['oidcc-discovery-endpoint-verification'],
  'oidcc-dynamic-certification-test-plan': [
    'oidcc-discovery-endpoint-verification',
    'oidcc-server',
    'oidcc-idtoken-rs256',
    'oidcc-idtoken-unsigned',
    'oidcc-userinfo-rs256',
    'oidcc-redirect-uri-query-OK',
    'oidcc-redirect-uri-query-mismatch',
    'oidcc-redirect-uri-query-added',
    'oidcc-redirect-uri-regfrag',
    'oidcc-ensure-redirect-uri-in-authorization-request',
    'oidcc-registration-logo-uri',
    'oidcc-registration-policy-uri',
    'oidcc-registration-tos-uri',
    'oidcc-registration-jwks-uri',
    'oidcc-registration-sector-uri',
    'oidcc-registration-sector-bad',
    'oidcc-request-uri-unsigned',
    'oidcc-request-uri-signed-rs256',
    'oidcc-ensure-request-object-with-redirect-uri',
    'oidcc-refresh-token',
    'oidcc-refresh-token-rp-key-rotation',
    'oidcc-ensure-client-assertion-with-iss-aud-succeeds',
    'oidcc-server-rotate-keys',
  ],
  'oidcc-rp-initiated-logout-certification-test-plan': [
    'oidcc-rp-initiated-logout-discovery-endpoint-verification',
    'oidcc-rp-initiated-logout',
    'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri',
    'oidcc-rp-initiated-logout-modified-id-token-hint',
    'oidcc-rp-initiated-logout-no-id-token-hint',
    'oidcc-rp-initiated-logout-no-params',
    'oidcc-rp-initiated-logout-no-post-logout-redirect-uri',
    'oidcc-rp-initiated-logout-no-state',
    'oidcc-rp-initiated-logout-only-state',
    'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri',
    'oidcc-rp-initiated-logout-bad-id-token-hint',
  ],
  'oidcc-backchannel-rp-initiated-logout-certification-test-plan': [
    'oidcc-backchannel-logout-discovery-endpoint-verification',
    'oidcc-backchannel-rp-initiated-logout',
  ],
} as const satisfies Record<string, readonly string[]>;

/** The name of a plan. */
export type PlanName = keyof typeof plans;

/** The names of the modules of a plan. */
export type ModuleName<Plan extends PlanName = PlanName> = (typeof plans)[Plan][number];

/** One module: what it asks for in a sentence, and how that is tried. */
export interface Module<Scene> {
  readonly rule: string;
  readonly check: (scene: Scene) => Promise<void>;
}

/** Every module of a plan, and no other. */
export type Modules<Plan extends PlanName, Scene> = Readonly<Record<ModuleName<Plan>, Module<Scene>>>;
