/**
 * What a page with a form for a passkey does where JavaScript is on (WebAuthn Level 3, §5.1.4). The options stand in the form; what
 * the authenticator says goes into its field and is sent as any form. With `data-offers` the browser also offers passkeys among
 * the names of its person, until one is asked for by the button; with `data-creates` the options are those of a new passkey (§5.1.3).
 * An element with `data-accepted` says which passkeys are left, so that no authenticator offers one that opens nothing (§5.1.10.2).
 */
export const passkeyScript = `const form = document.querySelector('form[data-passkey]');
const asks = globalThis.PublicKeyCredential;
if (form && asks?.parseRequestOptionsFromJSON) {
  const creates = 'creates' in form.dataset;
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
const accepted = document.querySelector('[data-accepted]')?.dataset.accepted;
if (accepted) asks?.signalAllAcceptedCredentials?.(JSON.parse(accepted)).catch(() => {});
`;
