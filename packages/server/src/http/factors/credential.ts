/**
 * Credentials as browsers write them (`PublicKeyCredential.toJSON()`, WebAuthn Level 3, §5.1). The standard may add members:
 * those that are not known are not looked at.
 */
import * as v from 'valibot';
import { fail } from '../../domain/failures.ts';
import { JsonFault, parseJson } from '../../protocol/json.ts';

/** Bytes in base64url. */
const base64url = (most: number) =>
  v.pipe(
    v.string('This must be text.'),
    v.maxLength(most, `This may have at most ${most} characters.`),
    v.regex(/^[A-Za-z0-9_-]+$/, 'This must be base64url.'),
  );

const credentialEntries = {
  id: base64url(1400),
  rawId: base64url(1400),
  type: v.literal('public-key', 'This must be public-key.'),
};

const notAnObject = 'This must be an object, as the browser wrote it.';

/** What `navigator.credentials.create()` gave. */
export const newCredential = v.object(
  {
    ...credentialEntries,
    response: v.object(
      {
        clientDataJSON: base64url(4000),
        attestationObject: base64url(10_000),
        transports: v.optional(
          v.pipe(
            v.array(v.string('This must be text.'), 'This must be a list.'),
            v.maxLength(20, 'This may have at most 20 entries.'),
          ),
        ),
      },
      notAnObject,
    ),
  },
  notAnObject,
);

/** What `navigator.credentials.get()` gave. */
export const shownCredential = v.object(
  {
    ...credentialEntries,
    response: v.object(
      {
        clientDataJSON: base64url(4000),
        authenticatorData: base64url(4000),
        signature: base64url(4000),
        // Authenticators that have none say null, or nothing.
        userHandle: v.pipe(
          v.nullish(base64url(100)),
          v.transform((handle) => handle ?? undefined),
        ),
      },
      notAnObject,
    ),
  },
  notAnObject,
);

/** A credential in a field of a form: JSON as `PublicKeyCredential.toJSON()` writes it. */
export const credentialText = v.pipe(
  v.string('This must be text.'),
  v.maxLength(14_000, 'This may have at most 14000 characters.'),
);

/** The credential of such a field. Throws `passkey_refused` for what no browser has written. */
export function credentialIn<const Schema extends typeof newCredential | typeof shownCredential>(
  schema: Schema,
  text: string,
): v.InferOutput<Schema> {
  try {
    const parsed = v.safeParse(schema, parseJson(text));
    if (parsed.success) return parsed.output;
  } catch (thrown) {
    if (!(thrown instanceof JsonFault)) throw thrown;
  }
  throw fail('passkey_refused', { detail: { check: 'passkey-answer' } });
}

/** The sealed ceremony that came with the options. */
export const ceremony = v.pipe(
  v.string('This must be text.'),
  v.maxLength(1000, 'This may have at most 1000 characters.'),
  v.regex(/^[A-Za-z0-9_-]+$/, 'This is no ceremony.'),
);

/** What a row answers that asks for a passkey. */
export const offeredSchema = v.object({
  ceremony: v.pipe(v.string(), v.description('Send it back with the answer.')),
  options: v.pipe(
    v.record(v.string(), v.unknown()),
    v.description('For PublicKeyCredential.parseRequestOptionsFromJSON or parseCreationOptionsFromJSON.'),
  ),
});

/** What a row that takes a passkey can answer about it. */
export const passkeyFailures = ['ceremony_over', 'passkey_refused', 'attempts_exhausted'] as const;
