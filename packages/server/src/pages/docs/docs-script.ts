/**
 * Starts the API reference in the browser: a static file, because the page's policy lets no inline script run. The
 * reference asks nobody outside: no validator, no remembered credentials, no address from the query.
 *
 * The reference cleans the HTML of descriptions, but hands it on as text, which Trusted Types refuse. The policy named
 * `default` looks at such text again and lets pass paragraphs, lists, code and links alone.
 *
 * What it draws has parts and a choice without a name: they get one once it stands.
 */
export const docsScript = String.raw`const plain = /^(?:[^<]|<\/?(?:p|code|pre|em|strong|ul|ol|li)>|<br\s?\/?>|<a(?: (?:href="(?:\/|https:)[^"<>]*"|rel="[^"<>]*"|target="[^"<>]*"))*>|<\/a>)*$/;
globalThis.trustedTypes?.createPolicy('default', {
  createHTML: (text) => (plain.test(text) ? text : null),
});
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
follow();
dark.addEventListener('change', follow);
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  persistAuthorization: false,
  queryConfigEnabled: false,
  validatorUrl: null,
  onComplete: () => {
    for (const [place, name] of [['.information-container', 'About'], ['.scheme-container', 'Server and credentials']]) {
      document.querySelector(place)?.setAttribute('role', 'region');
      document.querySelector(place)?.setAttribute('aria-label', name);
    }
    document.getElementById('servers')?.setAttribute('aria-label', 'Server');
  },
});
`;
