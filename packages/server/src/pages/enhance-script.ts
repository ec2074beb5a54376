/**
 * What pages can do better where JavaScript is on; nothing needs it. A module of its own: a page that needs more names another
 * module beside it. It makes no HTML of text, calls nobody, and every word that it shows is in the page already.
 *
 * - `data-reveals="id"`: a button that shows what was typed into a password field, with its other word in `data-other`.
 *   The field conceals again before it is sent, so that no browser keeps a password among the texts it remembers.
 * - `data-copies="id"`: a button that copies the text of an element, and says so with its `data-other`.
 * - `data-prints`: a button that prints the page. A button with `data-awaits` keeps its place free until its script is there.
 * - A form is sent once: a second press while the answer is on its way is ignored, but for that of buttons with
 *   `data-repeats`.
 * - `data-personal="path"` and `data-signed-out` on the body: a page of somebody's own leaves for its path when a page in another
 *   tab says that they have signed out, and when a browser shows it again as it was. The server then decides what is shown.
 */
export const enhanceScript = `const swap = (button) => {
  const other = button.dataset.other;
  button.dataset.other = button.textContent;
  button.textContent = other;
};
for (const button of document.querySelectorAll('button[data-reveals]')) {
  const field = document.getElementById(button.dataset.reveals);
  const turn = (type) => {
    if (field.type === type) return;
    field.type = type;
    swap(button);
  };
  button.addEventListener('click', () => turn(field.type === 'password' ? 'text' : 'password'));
  field.form.addEventListener('submit', () => turn('password'));
  button.hidden = false;
}
for (const button of document.querySelectorAll('button[data-copies]')) {
  if (!navigator.clipboard) {
    button.remove();
    continue;
  }
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent.trim());
    if (button.getAttribute('aria-live')) return;
    button.setAttribute('aria-live', 'polite');
    swap(button);
  });
  button.hidden = false;
}
for (const button of document.querySelectorAll('button[data-prints]')) {
  button.addEventListener('click', () => print());
  button.hidden = false;
}
const sent = new WeakSet();
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.submitter && 'repeats' in event.submitter.dataset) return;
  if (sent.has(form)) return event.preventDefault();
  sent.add(form);
  setTimeout(() => sent.delete(form), 8000);
});
const { personal, signedOut } = document.body.dataset;
const leave = () => location.replace(personal);
if (personal !== undefined || signedOut !== undefined) {
  const tabs = new BroadcastChannel('doorward');
  if (signedOut === undefined) tabs.onmessage = leave;
  else tabs.postMessage('signed out');
}
addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  if (personal !== undefined) leave();
  for (const form of document.forms) sent.delete(form);
});
`;
