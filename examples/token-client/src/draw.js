// Draws the reference. It asks nobody outside: no validator, no address from the query.
const plain = /^(?:[^<]|<\/?(?:p|code|pre|em|strong|ul|ol|li)>)*$/;
globalThis.trustedTypes?.createPolicy('default', {
  createHTML: (text) => (plain.test(text) ? text : null),
});
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  queryConfigEnabled: false,
  validatorUrl: null,
});
