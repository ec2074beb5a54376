/** The cupcake shop: whoever has signed up and signed in may put up a cupcake, and everybody may look. */
import { join } from 'node:path';
import {
  createRoutes,
  type Environment,
  errorJson,
  Refused,
  readJson,
  requireSecret,
  type System,
  textOf,
} from '@doorward/examples-kit';
import { type Account, type Clock, createDoorward } from 'doorward';
import type { Context } from 'hono';
import { cupcakeToken } from './carrier.ts';
import { openCupcakes } from './cupcakes.ts';
import { customers } from './customers.ts';

/** What the system is made of; `clock` is the machine's unless a test gives another. */
export interface Options {
  readonly environment: Environment;
  readonly dataFolder: string;
  readonly clock?: Clock;
}

/** Makes the system. Throws `CannotStart` when a secret is absent or known to everybody. */
export async function createCupcakeShop({ environment, dataFolder, clock }: Options): Promise<System> {
  const carrier = cupcakeToken(requireSecret(environment, 'TOKEN_SECRET'));
  const cupcakes = openCupcakes(
    join(dataFolder, 'cupcakes.db'),
    requireSecret(environment, 'ENCRYPTION_KEY'),
  );
  const doorward = await createDoorward({
    dataFolder,
    issuer: 'http://localhost:5000',
    carriers: [carrier],
    ...(clock && { clock }),
  });

  const { signUp, signIn, authenticate } = customers(doorward, carrier);
  return {
    fetch: createRoutes(
      {
        'POST /users': async (c) => {
          const { email, password } = await readTexts(c, ['email', 'password']);
          return c.json(userOf(await signUp(email, password)), 201);
        },
        'GET /users/login': async (c) => c.json({ accessToken: await signIn(c) }),
        'GET /users': async (c) => c.json(userOf(await authenticate(c))),
        'GET /cupcakes': (c) => c.json(cupcakes.list(flavorOf(c))),
        'GET /cupcakes/:id': (c) => {
          const cupcake = cupcakes.find(idOf(c));
          if (!cupcake) throw new Refused(404, 'Not found');
          return c.json(cupcake);
        },
        'POST /cupcakes': async (c) => {
          await authenticate(c);
          return c.json(cupcakes.add(await readTexts(c, ['title', 'flavor', 'instructions'])), 201);
        },
      },
      errorJson,
    ),
    close: async () => {
      await doorward.close();
      cupcakes.close();
    },
  };
}

/** What the world may know of an account: its password was never in it. */
const userOf = ({ id, email, createdAt }: Account): object => ({ id, email, createdAt: new Date(createdAt) });

/** The flavor that is asked for, if one is. */
function flavorOf(c: Context): string | undefined {
  const [flavor, ...more] = c.req.queries('flavor') ?? [];
  if (more.length > 0) throw new Refused(400, 'flavor is there twice');
  return flavor;
}

/** The number in a path; 0, which no cupcake has, when it is none. */
const idOf = (c: Context): number => Number(/^[1-9]\d{0,14}$/.exec(c.req.param('id') ?? '')?.[0] ?? 0);

/** The named fields of a JSON body; each must be there, as text. */
async function readTexts<Name extends string>(
  c: Context,
  names: readonly Name[],
): Promise<Record<Name, string>> {
  const fields = await readJson(c.req.raw);
  const texts = names.map((name) => {
    const text = textOf(fields, name);
    if (!text) throw new Refused(400, `${name} is missing`);
    return [name, text] as const;
  });
  return Object.fromEntries(texts) as Record<Name, string>;
}
