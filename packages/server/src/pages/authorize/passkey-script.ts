/**
 * What a page with a form for a passkey does where JavaScript is on (WebAuthn Level 3, §5.1.4). The options stand in the form; what
 * the authenticator says goes into its field and is sent as any form. With `data-offers` the browser also offers passkeys among
 * the names of its person, also again after one was asked for by the button and none came; with `data-creates` the options are
 * those of a new passkey (§5.1.3). Where scripts run, the stylesheet keeps the place of the form
 * free until then, so that nothing moves; where the browser knows no passkeys it goes, and an element with `data-unable` is shown. Elements with
 * `data-accepted` and `data-unknown` say which passkeys are left, and which one opens nothing, so that no authenticator offers
 * what is gone (§5.1.10).
 */
export const passkeyScript = `const form = document.querySelector('form[data-passkey]');
const unable = document.querySelector('[data-unable]');
const asks = globalThis.PublicKeyCredential;
if (form && asks?.parseRequestOptionsFromJSON) {
  const fault = form.querySelector('[role=alert]');
  const creates = 'creates' in form.dataset;
  const offers = 'offers' in form.dataset && (await asks.isConditionalMediationAvailable?.());
  let asking = new AbortController();
  const ask = async (more) => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const options = JSON.parse(form.dataset.passkey);
      const credential = creates
        ? await navigator.credentials.create({ publicKey: asks.parseCreationOptionsFromJSON(options), signal })
        : await navigator.credentials.get({ publicKey: asks.parseRequestOptionsFromJSON(options), signal, ...more });
      form.elements.passkey_answer.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      if (signal.aborted || more.mediation) return;
      fault.hidden = false;
      if (offers) void ask({ mediation: 'conditional' });
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    event.stopPropagation();
    fault.hidden = true;
    void ask({});
  });
  form.hidden = false;
  if (offers) void ask({ mediation: 'conditional' });
} else {
  form?.remove();
  if (form && unable) unable.hidden = false;
}
const tell = (name, method) => {
  const told = document.querySelector('[data-' + name + ']')?.dataset[name];
  if (told) asks?.[method]?.(JSON.parse(told)).catch(() => {});
};
tell('accepted', 'signalAllAcceptedCredentials');
tell('unknown', 'signalUnknownCredential');
`;
