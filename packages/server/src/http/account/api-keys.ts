import * as v from 'valibot';
import { requireStrongProof } from '../../domain/factors/factor-owner.ts';
import { createApiKey, endApiKey } from '../../domain/tokens/api-keys.ts';
import { centrePaths } from '../../pages/words/account-centre.ts';
import { check, line, uuid, wholeNumber } from '../input.ts';
import { pageReply } from '../page.ts';
import { apiKeyName, apiKeyScopes } from '../tokens/api-keys.ts';
import { centreOf, centreRoute, type Draw, doneAt, formRoute } from './centre.ts';

const path = centrePaths.apiKeys;
const day = 86_400;

const draw: Draw = async ({ ports, session }, centre) => {
  const { apiKeysPage } = await import('../../pages/account/api-keys.ts');
  return apiKeysPage(centre, await ports.store.read.apiKeys.list(session.accountId));
};

/** `GET /account/api-keys`: the keys, never the keys themselves. */
export const apiKeysPageRoute = centreRoute({ path, summary: 'Your API keys.' }, draw);

/** Lenient, so that what is wrong with a field is told at the field. */
const text = v.string('This must be text.');

const entries = v.object({
  name: apiKeyName,
  scope: v.pipe(
    line(1000),
    v.transform((typed) => typed.split(/[\s,]+/).filter((scope) => scope !== '')),
    apiKeyScopes,
  ),
  days: wholeNumber(1, 730),
});

/** `POST /account/api-keys`: makes a key and shows it this once: what is shown can neither be kept nor led on to. */
export const makeKeyFormRoute = formRoute(
  {
    path,
    formOf: path,
    summary: 'Make an API key. It is shown this once.',
    body: v.strictObject({ name: text, scope: text, days: text }),
    failures: ['proof_too_old', 'proof_too_weak'],
    keeps: ['name', 'scope', 'days'],
    answer: { description: 'The key.', mediaType: 'text/html' },
  },
  {
    act: async (call) => {
      const { ports, session, body, network } = call;
      // A key outlives the session that makes it, and is asked for no factor.
      await requireStrongProof(ports, session);
      const { name, scope: scopes, days } = check(entries, body, 'input_invalid');
      const draft = { accountId: session.accountId, name, scopes, expiresIn: days * day, network };
      const made = await createApiKey(ports, draft);
      const { madeKeyPage } = await import('../../pages/account/api-keys.ts');
      return pageReply(madeKeyPage(await centreOf(call), { name, text: made.text }));
    },
    draw,
  },
);

/** `POST /account/api-keys/end`: ends one. */
export const endKeyFormRoute = formRoute(
  {
    path: `${path}/end`,
    formOf: path,
    summary: 'End an API key.',
    body: v.strictObject({ key: uuid }),
    failures: ['not_found'],
  },
  {
    act: async ({ ports, session: { accountId }, body: { key: keyId }, network }) => {
      await endApiKey(ports, { accountId, keyId, network });
      return doneAt(path, 'key-ended');
    },
    draw,
  },
);
