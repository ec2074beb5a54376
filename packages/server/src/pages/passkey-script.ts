/**
 * What a page with a form for a passkey does where JavaScript is on (WebAuthn Level 3, §5.1.4). The options stand in the form; what
 * the authenticator says goes into its field and is sent as any form. With `data-offers` the browser also offers passkeys among
 * the names of its person, until one is asked for by the button.
 */
export const passkeyScript = `const form = document.querySelector('form[data-passkey]');
const asks = globalThis.PublicKeyCredential;
if (form && asks?.parseRequestOptionsFromJSON) {
  let asking = new AbortController();
  const ask = async (more) => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const publicKey = asks.parseRequestOptionsFromJSON(JSON.parse(form.dataset.passkey));
      const credential = await navigator.credentials.get({ publicKey, signal, ...more });
      form.elements.passkey_answer.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      if (!signal.aborted && !more.mediation) form.querySelector('[role=alert]').hidden = false;
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    event.stopPropagation();
    form.querySelector('[role=alert]').hidden = true;
    void ask({});
  });
  form.hidden = false;
  if ('offers' in form.dataset && (await asks.isConditionalMediationAvailable?.())) void ask({ mediation: 'conditional' });
}
`;
