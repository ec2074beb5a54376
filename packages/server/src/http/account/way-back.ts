/**
 * The way back from a change: the form that sets what there was before, offered beside the notice that tells of the change. It
 * travels as the notice does, sealed for the session that made the change, and is sent as every form is.
 */
import type { WayBack } from '../../pages/account/centre.ts';
import { sealedNote } from './sealed-note.ts';

/** The note that holds it. */
export const wayBackNote = sealedNote<WayBack>({ name: 'doorward_undo', purpose: 'way back', seconds: 60 });
