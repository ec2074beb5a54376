import type { ShownFailure } from '../../pages/failure.ts';
import type { Html } from '../../pages/layout.ts';

/** The page of a failure that no form of ours can mend: it says where to begin again. */
export async function deadEnd(_call: unknown, failure: ShownFailure): Promise<Awaited<Html>> {
  const { failurePage } = await import('../../pages/failure.ts');
  return failurePage(failure, advice.get(failure.code));
}

const advice: ReadonlyMap<string, string> = new Map([
  ['user_code_refused', 'Have the device show a new code and begin again.'],
  ['authorization_over', 'Go back to the application and begin again.'],
  [
    'client_request_invalid',
    'Nothing was sent back to it. If it happens again, tell whoever runs the application what stands here:',
  ],
]);
