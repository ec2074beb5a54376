import type { Missing, StepView } from './step.ts';

/**
 * The person chose the account, where the request wants them to (OpenID Connect Core §3.1.2.1, `prompt=select_account`):
 * on the page, or by signing in since.
 */
export const chosenAccount = ({ request, session, arrivedAt, acts }: StepView): Missing | undefined =>
  !request.prompts.includes('select_account') || acts.chose || (session && session.provenAt >= arrivedAt)
    ? undefined
    : {
        page: 'selection',
        error: 'account_selection_required',
        description: 'The person has to choose an account.',
      };
