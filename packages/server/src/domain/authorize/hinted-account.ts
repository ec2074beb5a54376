import { OAuthFault } from '../../protocol/oauth/error.ts';
import { proveIdTokenHint } from '../oauth/id-token-hint.ts';
import { subjectOf } from '../oauth/subject.ts';
import { signInMissing } from './signed-in.ts';
import type { Missing, StepView } from './step.ts';

/**
 * The account is the one that the request names, by `id_token_hint` or by a value of the claim `sub` (OpenID Connect Core
 * §3.1.2.1, §5.5.1). Throws `login_required` when somebody signs in for the request and is not that account, and
 * `invalid_request` for a hint that is none of ours.
 */
export async function hintedAccount(view: StepView): Promise<Missing | undefined> {
  const { ports, client, session, arrivedAt } = view;
  const wanted = await wantedSubjects(view);
  if (!session || wanted.every((subjects) => subjects.includes(subjectOf(ports, client, session.accountId))))
    return undefined;
  if (session.provenAt < arrivedAt) return signInMissing;
  throw new OAuthFault('login_required', 'Another account signed in than the one that was asked for.', {
    check: 'other-account',
  });
}

/** The subjects that would do, by each place that names some. */
async function wantedSubjects({ ports, client, request }: StepView): Promise<(readonly unknown[])[]> {
  const { idTokenHint, claims } = request;
  const hint = idTokenHint === undefined ? undefined : await proveIdTokenHint(ports, idTokenHint);
  if (hint && hint.clientId !== client.id)
    throw new OAuthFault('invalid_request', 'The ID token hint was made for another client.', {
      parameter: 'id_token_hint',
    });
  const named = [...(claims?.idToken ?? []), ...(claims?.userinfo ?? [])]
    .filter(({ name, values }) => name === 'sub' && values.length > 0)
    .map(({ values }) => values);
  return hint ? [[hint.subject], ...named] : named;
}
