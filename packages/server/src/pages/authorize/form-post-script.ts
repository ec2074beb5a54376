/** Sends the form of an answer at once, where JavaScript is on; a file, because no page of ours runs inline scripts. */
export const formPostScript = `document.forms[0].submit();
`;
