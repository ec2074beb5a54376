/** What a system answers when it does not do what it was asked. */
import { Failure, type FailureCode, failures } from 'doorward';

/** A refusal: thrown anywhere while a request is answered, and put into the system's own error shape in one place. */
export class Refused extends Error {
  /** HTTP status. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'Refused';
    this.status = status;
    this.headers = headers;
  }
}

/**
 * Makes a refusal of whatever was thrown: a failure of Doorward has a status and a public sentence of its own, and
 * a surprise is told to the operator alone.
 */
export function refusedBy(thrown: unknown): Refused {
  if (thrown instanceof Refused) return thrown;
  if (thrown instanceof Failure && Object.hasOwn(failures, thrown.code)) {
    const { status, title } = failures[thrown.code as FailureCode];
    const wait = thrown.retryAfter;
    const message = thrown.fields.map((fault) => fault.message).join(' ') || title;
    return new Refused(status, message, wait === undefined ? {} : { 'retry-after': String(wait) });
  }
  console.error(thrown);
  return new Refused(503, 'Service unavailable');
}

/** For `.catch(…)`: failures with these codes become this refusal, and everything else goes on as it is. */
export const refusing =
  (codes: readonly FailureCode[], refused: Refused) =>
  (thrown: unknown): never => {
    throw thrown instanceof Failure && codes.some((code) => code === thrown.code) ? refused : thrown;
  };
