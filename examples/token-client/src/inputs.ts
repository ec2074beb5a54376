/** What callers may send, and the answer 422 that names every wrong field once. */
import { type Fields, Refused } from '@doorward/examples-kit';
import * as v from 'valibot';

/** Text without halves of surrogate pairs, which would arrive at the central server as other characters. */
const text = (most: number) =>
  v.pipe(
    v.string('Input should be text'),
    v.nonEmpty('Input should not be empty'),
    v.maxLength(most, `Input should have at most ${most} characters`),
    v.check((value) => value.isWellFormed(), 'Input should be valid Unicode'),
  );

/** The body of `POST /register`. */
export const registration = v.object({
  username: text(64),
  email: v.pipe(text(254), v.email('Input should be an e-mail address')),
  password: text(1024),
  full_name: v.nullish(text(100)),
});

/** The body of `POST /login`; the username may be the e-mail address. */
export const credentials = v.object({ username: text(254), password: text(1024) });

/** One wrong field: where it stands, what is wrong in words and as a code. Never what was sent. */
export interface Fault {
  readonly loc: readonly string[];
  readonly msg: string;
  readonly type: string;
}

/** A body that was understood and is wrong. */
export class Unprocessable extends Refused {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(422, 'Unprocessable');
    this.faults = faults;
  }
}

/** Reads fields by a schema. Throws `Unprocessable` with one fault a field. */
export function readFields<Schema extends v.GenericSchema>(
  schema: Schema,
  fields: Fields,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, Object.fromEntries(fields), { abortPipeEarly: true });
  if (!result.success) throw new Unprocessable(result.issues.map(faultOf));
  return result.output;
}

function faultOf(issue: v.BaseIssue<unknown>): Fault {
  const loc = ['body', ...(issue.path ?? []).map(({ key }) => String(key))];
  if (issue.received === 'undefined') return { loc, msg: 'Field required', type: 'missing' };
  return { loc, msg: issue.message, type: issue.kind === 'schema' ? 'string_type' : 'value_error' };
}
