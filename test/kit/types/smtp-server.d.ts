/** What the tests use of smtp-server, which brings no types. */
import type { Server } from 'node:net';
import type { Readable } from 'node:stream';

export interface Session {
  readonly envelope: { readonly rcptTo: readonly { readonly address: string }[] };
  readonly secure: boolean;
  readonly user?: string;
}

type Answer = (refusal?: Error | null) => void;

export class SMTPServer {
  constructor(options: {
    readonly secure?: boolean;
    readonly key?: string;
    readonly cert?: string;
    readonly authOptional?: boolean;
    readonly allowInsecureAuth?: boolean;
    readonly disabledCommands?: readonly string[];
    readonly hideSTARTTLS?: boolean;
    readonly logger?: boolean;
    readonly closeTimeout?: number;
    onAuth?(
      auth: { readonly username?: string; readonly password?: string },
      session: Session,
      answer: (refusal: Error | null, accepted?: { readonly user: string }) => void,
    ): void;
    onRcptTo?(address: { readonly address: string }, session: Session, answer: Answer): void;
    onData?(stream: Readable, session: Session, answer: Answer): void;
  });
  readonly server: Server;
  listen(port: number, host: string, done: () => void): Server;
  close(done: () => void): void;
  on(event: 'error', heard: (fault: Error) => void): this;
}
