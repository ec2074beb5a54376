/** What benches use of fast-jwt, which is installed apart. */

/** What is checked of a token. */
export interface VerifierOptions {
  readonly key: string | Buffer;
  readonly algorithms: readonly string[];
  readonly allowedIss: string;
  readonly allowedAud: string;
  readonly cache: boolean;
}

export function createVerifier(options: VerifierOptions): (token: string) => unknown;
