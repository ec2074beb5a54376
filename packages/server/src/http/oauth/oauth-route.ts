/**
 * Rows of the endpoints that clients call. Nothing that browsers send by themselves is looked at there: who asks is told by
 * the parameters and the `Authorization` header alone, so pages of other origins may ask too. The parameters are those
 * of OAuth, and so are the words of a refusal.
 */
import type { OAuthParameters } from '../../protocol/oauth/parameters.ts';
import type { Call, Reply, Route, RouteFacts } from '../route.ts';
import { refuseAtEndpoint } from './oauth-failure.ts';

/** A call of a client, its parameters read and none of them believed. */
export interface OAuthCall extends Omit<Call, 'body' | 'query' | 'principal' | 'session'> {
  readonly parameters: OAuthParameters;
}

/** What such a row says; `refuse` and `limits` may be said otherwise. */
export interface OAuthFacts
  extends Omit<RouteFacts, 'forgery' | 'form' | 'parameters' | 'subject' | 'limits' | 'failures'>,
    Partial<Pick<RouteFacts, 'limits' | 'failures'>> {}

/** A row for clients: parameters in the query of a GET, else in a form (RFC 6749 §3.2). */
export const oauthRoute = (
  facts: OAuthFacts,
  handle: (call: OAuthCall) => Promise<Reply> | Reply,
): Route => ({
  limits: ['none'],
  failures: [],
  refuse: refuseAtEndpoint,
  ...facts,
  subject: 'oauth',
  forgery: facts.method === 'GET' ? 'none' : 'explicit',
  form: facts.method !== 'GET',
  parameters: true,
  access: { who: 'anyone' },
  handle: (call) =>
    handle({ ...call, parameters: parametersOf(facts.method === 'GET' ? call.query : call.body) }),
});

/** The dispatcher has read them by the row: of a body that may be left out there is nothing. */
const parametersOf = (read: unknown): OAuthParameters => (read ?? nothing) as OAuthParameters;

const nothing: OAuthParameters = { values: new Map(), resources: [] };
