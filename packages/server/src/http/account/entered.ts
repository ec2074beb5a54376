/**
 * What was entered into a form that was open for too long: whoever proves once more that it is they finds it in the form again.
 */
import { sealedNote } from './sealed-note.ts';

/** What stood in a form. */
interface Entered {
  /** The page that the form stands on. */
  readonly page: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The note that holds it, for as long as somebody may take to prove who they are. */
export const enteredNote = sealedNote<Entered>({
  name: 'doorward_entered',
  purpose: 'entered fields',
  seconds: 600,
});
