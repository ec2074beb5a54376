/** Passkeys at the account centre. What an authenticator makes comes in a field of a form, as JSON. */
import * as v from 'valibot';
import {
  acceptedCredentials,
  mostPasskeys,
  offerRegistration,
  registerPasskey,
  removePasskey,
  renamePasskey,
} from '../../domain/factors/passkeys.ts';
import { centrePaths } from '../../pages/words/account-centre.ts';
import {
  ceremony,
  credentialIn,
  credentialText,
  newCredential,
  passkeyFailures,
} from '../factors/credential.ts';
import { changeFailures, ownerOf } from '../factors/factors.ts';
import { passkeyName, signalOf } from '../factors/passkeys.ts';
import { check, uuid } from '../input.ts';
import { centreRoute, type Draw, doneAt, formRoute } from './centre.ts';
import { shownCodes } from './factors.ts';
import { wayBackNote } from './way-back.ts';

const path = centrePaths.passkeys;

const draw: Draw = async (call, centre) => {
  const { ports, session } = call;
  const passkeys = await ports.store.read.passkeys.list(session.accountId);
  const isOpen = centre.proven && passkeys.length < mostPasskeys;
  const { passkeysPage } = await import('../../pages/account/passkeys.ts');
  return passkeysPage(centre, {
    passkeys,
    offered: isOpen ? await offerRegistration(ports, ownerOf(call), session.id) : undefined,
    accepted:
      centre.notice === 'passkey-removed'
        ? signalOf(await acceptedCredentials(ports, session.accountId))
        : undefined,
  });
};

/** `GET /account/passkeys`: the passkeys. */
export const passkeysPageRoute = centreRoute({ path, summary: 'Passkeys.' }, draw);

/** Lenient, so that what is wrong with a name is told at its field. */
const text = v.string('This must be text.');
const named = v.object({ name: passkeyName });

/** `POST /account/passkeys`: adds the one that the browser has made. Codes for recovery are shown when it is the first factor. */
export const addPasskeyFormRoute = formRoute(
  {
    path,
    formOf: path,
    summary: 'Add the passkey that the browser has made.',
    body: v.strictObject({ ceremony, name: text, passkey_answer: credentialText }),
    keeps: ['name'],
    failures: [...changeFailures, ...passkeyFailures, 'passkey_taken', 'passkey_limit'],
    answer: { description: 'Recovery codes, shown this once.', mediaType: 'text/html' },
  },
  {
    act: async (call) => {
      const { ports, session, body } = call;
      const { name } = check(named, body, 'input_invalid');
      const credential = credentialIn(newCredential, body.passkey_answer);
      const registration = { ceremony: body.ceremony, boundTo: session.id, credential, name };
      const { recoveryCodes } = await registerPasskey(ports, ownerOf(call), registration);
      return recoveryCodes ? shownCodes(call, recoveryCodes, 'passkey-added') : doneAt(path, 'passkey-added');
    },
    draw,
  },
);

/** `POST /account/passkeys/rename`: gives one another name. */
export const renamePasskeyFormRoute = formRoute(
  {
    path: `${path}/rename`,
    formOf: path,
    summary: 'Give a passkey another name.',
    body: v.strictObject({ factor: uuid, name: text }),
    failures: ['not_found'],
  },
  {
    act: async (call) => {
      const { ports, body, network } = call;
      const { accountId } = call.session;
      const { name } = check(named, body, 'input_invalid');
      const passkeys = await ports.store.read.passkeys.list(accountId);
      await renamePasskey(ports, { id: body.factor, accountId, name, network });
      const before = passkeys.find(({ id }) => id === body.factor);
      const fields = { factor: body.factor, name: before?.name ?? '' };
      const isOther = fields.name !== '' && fields.name !== name;
      const action = `${path}/rename`;
      return doneAt(path, 'passkey-renamed', isOther ? [wayBackNote.keep(call, { action, fields })] : []);
    },
    draw,
  },
);

/** `POST /account/passkeys/remove`: takes one away; the page tells the browser which are left. */
export const removePasskeyFormRoute = formRoute(
  {
    path: `${path}/remove`,
    formOf: path,
    summary: 'Remove a passkey. Other sessions that were proven by one end.',
    body: v.strictObject({ factor: uuid }),
    failures: [...changeFailures, 'not_found', 'factor_demanded', 'last_way_in'],
  },
  {
    act: async (call) => {
      await removePasskey(call.ports, ownerOf(call), call.body.factor);
      return doneAt(path, 'passkey-removed');
    },
    draw,
  },
);
