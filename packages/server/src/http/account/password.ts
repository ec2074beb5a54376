import * as v from 'valibot';
import { changePassword } from '../../domain/accounts/change-password.ts';
import { setFirstPassword } from '../../domain/accounts/first-password.ts';
import { centrePaths } from '../../pages/words/account-centre.ts';
import { check, newPasswordFailures, passwordText } from '../input.ts';
import { languageOf } from '../language.ts';
import { centreRoute, type Draw, doneAt, formRoute, ownAccount } from './centre.ts';

const path = centrePaths.password;

const draw: Draw = async (call, centre) => {
  const { ports } = call;
  const { id, email, username } = await ownAccount(call);
  const has = (await ports.store.read.accounts.password(id)) !== undefined;
  const { passwordPage } = await import('../../pages/account/password.ts');
  const minimum = ports.settings.passwordMinimumLength;
  return passwordPage(centre, { has, minimum, identifier: email ?? username ?? '' });
};

/** `GET /account/password`: changes the password, or sets the first one. */
export const passwordPageRoute = centreRoute({ path, summary: 'The password.' }, draw);

/** Lenient, so that what is wrong with a field is told at the field. */
const text = v.string('This must be text.');

/** What password managers fill in beside the password; nobody listens to it. */
const forManagers = { username: v.optional(text) };

/** `POST /account/password`: changes it; all other devices are signed out. */
export const passwordFormRoute = formRoute(
  {
    path,
    formOf: path,
    summary: 'Change your password. All other sessions end; this one goes on under a new id.',
    body: v.strictObject({ ...forManagers, current_password: text, new_password: text }),
    limits: ['account', 'network', 'hashing'],
    failures: ['current_password_wrong', 'attempts_exhausted', ...newPasswordFailures, 'hashing_busy'],
  },
  {
    act: async ({ ports, session, principal: { carrier }, body, wire, network }) => {
      const entries = v.object({ current_password: passwordText, new_password: passwordText });
      const { current_password: currentPassword, new_password: newPassword } = check(
        entries,
        body,
        'input_invalid',
      );
      const change = { session, carrier, currentPassword, newPassword, network, language: languageOf(wire) };
      const { delivery } = await changePassword(ports, change);
      return doneAt(path, 'password-changed', delivery.cookies);
    },
    draw,
  },
);

/** `POST /account/password/first`: sets one where there is none. */
export const firstPasswordFormRoute = formRoute(
  {
    path: `${path}/first`,
    formOf: path,
    summary: 'Set a password, where the account has none.',
    body: v.strictObject({ ...forManagers, new_password: text }),
    limits: ['hashing'],
    failures: ['proof_too_old', 'proof_too_weak', 'password_exists', ...newPasswordFailures, 'hashing_busy'],
  },
  {
    act: async ({ ports, session, body, wire, network }) => {
      const { new_password: newPassword } = check(
        v.object({ new_password: passwordText }),
        body,
        'input_invalid',
      );
      await setFirstPassword(ports, { session, newPassword, network, language: languageOf(wire) });
      return doneAt(path, 'password-set');
    },
    draw,
  },
);
