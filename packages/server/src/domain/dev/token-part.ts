/** A piece of a token. */
export interface TokenPart {
  readonly name: 'header' | 'claims' | 'signature' | 'prefix' | 'locator' | 'secret' | 'check';
  readonly text: string;
  /** What it says, where it can be read. */
  readonly decoded?: string | undefined;
}
