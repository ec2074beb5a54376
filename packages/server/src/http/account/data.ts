import * as v from 'valibot';
import { exportAccount } from '../../domain/accounts/export-account.ts';
import { deleteOwnAccount } from '../../domain/accounts/leave.ts';
import { requireStrongProof } from '../../domain/factors/factor-owner.ts';
import { fail } from '../../domain/failures.ts';
import { centrePaths } from '../../pages/words/account-centre.ts';
import { exportView } from '../accounts/data.ts';
import { frameOf, languageOf } from '../language.ts';
import { pageReply } from '../page.ts';
import { signingOff } from '../reply.ts';
import { centreRoute, type Draw, formRoute } from './centre.ts';

const path = centrePaths.data;

const draw: Draw = async ({ ports, session: { accountId } }, centre) => {
  const hasPassword = (await ports.store.read.accounts.password(accountId)) !== undefined;
  const { dataPage } = await import('../../pages/account/data.ts');
  return dataPage(centre, { hasPassword, graceSeconds: ports.settings.deletionGraceSeconds });
};

/** `GET /account/data`: one's data, to be taken along and to be deleted. */
export const dataPageRoute = centreRoute({ path, summary: 'Your data: download and deletion.' }, draw);

/** `POST /account/data/download`: the data as a file. */
export const downloadFormRoute = formRoute(
  {
    path: `${path}/download`,
    formOf: path,
    summary: 'Download what this server keeps about you.',
    body: v.strictObject({}),
    failures: ['proof_too_old', 'proof_too_weak'],
    answer: { description: 'The file.', mediaType: 'application/json' },
  },
  {
    act: async ({ ports, session }) => ({
      status: 200,
      content: `${JSON.stringify(exportView(await exportAccount(ports, session)), undefined, 2)}\n`,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-disposition': 'attachment; filename="account.json"',
      },
    }),
    draw,
  },
);

const text = v.string('This must be text.');

/** `POST /account/deletion`: closes the account, or deletes it at once without a time of grace. */
export const deletionFormRoute = formRoute(
  {
    path: '/account/deletion',
    formOf: path,
    summary: 'Delete your account.',
    body: v.strictObject({ password: v.optional(text), understood: v.optional(text) }),
    limits: ['account', 'network', 'hashing'],
    failures: [
      'proof_too_old',
      'proof_too_weak',
      'current_password_wrong',
      'attempts_exhausted',
      'hashing_busy',
    ],
    answer: { description: 'It is closed, or gone.', mediaType: 'text/html' },
  },
  {
    act: async (call) => {
      const { ports, session, principal, body, wire, network } = call;
      await requireStrongProof(ports, session);
      if (body.understood !== 'yes')
        throw fail('input_invalid', { fields: [{ field: 'understood', message: 'This is missing.' }] });
      const leaving = { session, password: body.password, network, language: languageOf(wire) };
      const deletesAt = await deleteOwnAccount(ports, leaving);
      const { leftPage } = await import('../../pages/account/data.ts');
      const page = leftPage({ ...frameOf(call), here: undefined }, deletesAt);
      const { headers, cookies } = signingOff(principal.carrier.cookies ?? []);
      return { ...(await pageReply(page, headers)), cookies };
    },
    draw,
  },
);
