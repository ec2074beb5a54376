import { chosenAccount } from './chosen-account.ts';
import { consented } from './consented.ts';
import { hintedAccount } from './hinted-account.ts';
import { permittedSome } from './permitted-some.ts';
import { recentlyProven } from './recently-proven.ts';
import { signedIn } from './signed-in.ts';
import type { Step } from './step.ts';
import { stronglyProven } from './strongly-proven.ts';

/** What has to hold before a client gets a code, in the order in which it is looked at and asked for. */
export const steps: readonly Step[] = [
  { name: 'strongly proven', section: 'OpenID Connect Core §5.5.1.1', look: stronglyProven },
  { name: 'signed in', section: 'OpenID Connect Core §3.1.2.3', look: signedIn },
  { name: 'recently proven', section: 'OpenID Connect Core §3.1.2.1', look: recentlyProven },
  { name: 'hinted account', section: 'OpenID Connect Core §3.1.2.1', look: hintedAccount },
  { name: 'chosen account', section: 'OpenID Connect Core §3.1.2.1', look: chosenAccount },
  { name: 'permitted scopes', section: 'RFC 6749 §3.3', look: permittedSome },
  { name: 'consented', section: 'OpenID Connect Core §3.1.2.4', look: consented },
];
