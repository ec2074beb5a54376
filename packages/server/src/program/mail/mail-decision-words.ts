/** Sentences for the checks of mails and of sign-ins on our pages. Beside those of people in `decision-words.ts`. */

/** Sentences by check. */
export const mailReasons: Readonly<Record<string, string>> = {
  'ticket-unknown':
    'There is no such mail any more: it was used, replaced by a newer one, voided or collected.',
  'ticket-purpose': 'The mail was for something else.',
  'ticket-hollow': 'The mail opens nothing: what was asked for was not to be had.',
  'ticket-guessed': 'Five wrong codes were typed.',
  'ticket-used': 'Somebody was faster, or the mail was voided by a change of the account meanwhile.',
  'mail-code': 'The code is wrong.',
  'mail-off': 'No mail can be sent with these settings.',
  'mail-sign-in-off': 'The setting mailSignIn is off, or no mail can be sent.',
  'mailbox-proven': 'Another account has proven this mailbox.',
  'mailbox-moved': 'The account has another address by now.',
  'mailbox-unproven': 'The address would have been taken without a proof of its mailbox.',
  'role-deleted': 'A role of the invitation was deleted meanwhile.',
  'sign-up-by-invitation': 'The setting signUp is invitation, and nobody has invited them.',
  'other-browser': 'It was begun in another browser, or the browser has lost its cookie.',
  'other-step': 'The sign-in stands at another step.',
  'attempt-unknown': 'There is no such sign-in any more: it is done, or its time is over.',
  'attempt-moved': 'The step was taken before.',
  'attempt-used': 'The sign-in was completed before.',
  'no-mail': 'The inbox has no such mail, or no mail came while somebody waited for it.',
};
