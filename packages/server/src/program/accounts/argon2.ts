/**
 * argon2id: the native library off the main thread, or the runtime's own where that has no build for the machine.
 * Loaded at the first password, not at start.
 */
import { randomBytes, argon2 as runtimeArgon2 } from 'node:crypto';
import { equalBytes } from '../../base/bytes.ts';
import type { Argon2, Argon2Parameters } from '../../domain/accounts/passwords.ts';
import { letHashingYield } from './hashing-threads.ts';

/** The algorithm with whatever this machine has. */
export function loadArgon2(): Argon2 {
  let loading: Promise<Argon2> | undefined;
  const load = (): Promise<Argon2> => (loading ??= native().catch(() => runtime));
  let haveStarted = false;
  /** The pool starts its threads with the first that is hashed. */
  const begun = <Result>(hashing: Promise<Result>): Promise<Result> => {
    if (!haveStarted) letHashingYield();
    haveStarted = true;
    return hashing;
  };
  return {
    hash: async (password, parameters) => begun((await load()).hash(password, parameters)),
    verify: async (phc, password) => begun((await load()).verify(phc, password)),
  };
}

async function native(): Promise<Argon2> {
  const { hash, verify } = await import('@node-rs/argon2');
  return {
    // 2 is argon2id in the library's enumeration, which a program without const enums cannot name.
    hash: (password, { memory, passes, lanes }) =>
      hash(password, { algorithm: 2, memoryCost: memory, timeCost: passes, parallelism: lanes }),
    verify: (phc, password) => verify(phc, password),
  };
}

const tagLength = 32;

/** node:crypto, a third of the speed. */
export const runtime: Argon2 = {
  hash: async (password, parameters) => {
    const salt = randomBytes(16);
    const tag = await derive(password, { parameters, salt, tagLength });
    const { memory, passes, lanes } = parameters;
    return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(tag)}`;
  },
  verify: async (phc, password) => {
    const [, memory, passes, lanes, salt, tag] = phcShape.exec(phc) ?? [];
    if (!salt || !tag) return false;
    const expected = Buffer.from(tag, 'base64');
    const parameters = { memory: Number(memory), passes: Number(passes), lanes: Number(lanes) };
    const actual = await derive(password, {
      parameters,
      salt: Buffer.from(salt, 'base64'),
      tagLength: expected.byteLength,
    });
    return equalBytes(actual, expected);
  },
};

const phcShape =
  /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,4}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{16,128})$/;

const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

function derive(
  password: string,
  {
    parameters,
    salt,
    tagLength: length,
  }: { parameters: Argon2Parameters; salt: Uint8Array; tagLength: number },
): Promise<Uint8Array> {
  const { memory, passes, lanes: parallelism } = parameters;
  return new Promise((resolve, reject) => {
    runtimeArgon2(
      'argon2id',
      { message: password, nonce: salt, parallelism, tagLength: length, memory, passes },
      (error, tag) => (error ? reject(error) : resolve(tag)),
    );
  });
}
