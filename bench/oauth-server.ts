/**
 * Our authorization server, in a process of its own, on a data folder and over a socket, as it is started by its users. Told
 * by one JSON argument; answers with one JSON line.
 */
import { uuidv7 } from '../packages/server/src/base/uuid.ts';
import type { Client } from '../packages/server/src/domain/clients/client.ts';
import type { Ports } from '../packages/server/src/domain/ports.ts';
import { endpointPaths } from '../packages/server/src/http/oauth/endpoint-paths.ts';
import { loadConfiguration } from '../packages/server/src/program/configuration/configuration.ts';
import { assemble } from '../packages/server/src/program/create-doorward.ts';
import { listen } from '../packages/server/src/program/serving/listener.ts';
import type { AskOAuth, ServedClient, ServedOAuth } from './ask.ts';
import {
  algorithm,
  basic,
  challenge,
  codeLife,
  redirectUri,
  resource,
  resourceScope,
  scopes,
} from './oauth-terms.ts';
import { seedSessions } from './seed.ts';

const ask = JSON.parse(process.argv[2] ?? '{}') as AskOAuth;
const { values } = loadConfiguration({
  flags: {
    dataFolder: ask.dataFolder,
    resources: resource,
    freeScopes: resourceScope,
    signingAlgorithm: algorithm,
    // As it serves people: what developers get beside it costs every answer a little.
    production: 'yes',
  },
});
const assembly = await assemble(values, {
  port: 0,
  report: (thrown) => void process.stderr.write(`${String(thrown)}\n`),
});
const { ports } = assembly;
const sessions = await seedSessions(ports, { accounts: 100, sessions: 1000 });
const served = {
  tokenPath: endpointPaths.token,
  introspectionPath: endpointPaths.introspection,
  signed: await makeClient(ports, 'jwt'),
  opaque: await makeClient(ports, 'opaque'),
};
const { port } = await listen(assembly.handler, { host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ port, ...served } satisfies ServedOAuth)}\n`);

async function makeClient(
  { store, handles, clock }: Ports,
  accessTokenFormat: Client['accessTokenFormat'],
): Promise<ServedClient> {
  const now = clock.now();
  const client: Client = {
    id: uuidv7(now),
    name: 'bench',
    status: 'active',
    madeBy: 'operator',
    application: 'web',
    authentication: 'client_secret_basic',
    redirectUris: [redirectUri],
    postLogoutRedirectUris: [],
    grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
    scopes,
    firstParty: true,
    requirePkce: true,
    requirePushedRequests: false,
    dpopBound: false,
    accessTokenFormat,
    idTokenAlgorithm: algorithm,
    subjectType: 'public',
    contacts: [],
    createdAt: now,
    updatedAt: now,
  };
  const secret = handles.mint('client-secret', uuidv7(now));
  const { locator: id, digest } = secret;
  const row = { id, clientId: client.id, digest, createdAt: now, expiresAt: 0 };
  await store.transact(async (tx) => {
    await tx.clients.insert(client);
    await tx.clientSecrets.rotate(row, { now, priorEndsAt: now });
  });
  return { authorization: basic(client.id, secret.text), codes: await makeCodes(ports, client) };
}

function makeCodes({ store, handles, clock }: Ports, client: Client): Promise<string[]> {
  const now = clock.now();
  return store.transact(async (tx) => {
    const codes: string[] = [];
    for (let at = 0; at < ask.codes; at += 1) {
      // Each has a moment of its own, as codes have that people come with one after the other.
      const code = handles.mint('code', uuidv7(now + at));
      await tx.codes.insert({
        id: code.locator,
        digest: code.digest,
        clientId: client.id,
        sessionId: sessions[at % sessions.length] ?? '',
        redirectUri,
        redirectUriWasGiven: true,
        codeChallenge: challenge,
        scopes: client.accessTokenFormat === 'jwt' ? scopes : scopes.filter((one) => one !== resourceScope),
        nonce: '',
        resources: client.accessTokenFormat === 'jwt' ? [resource] : [],
        claims: '',
        dpopThumbprint: '',
        expiresAt: now + codeLife * 1000,
        grantedAt: 0,
        provenAt: now,
        amr: 'pwd',
      });
      codes.push(code.text);
    }
    return codes;
  });
}
