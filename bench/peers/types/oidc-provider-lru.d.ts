/** What the memory store of oidc-provider keeps its entries in. */
declare const Entries: new (limits: { readonly maxSize: number }) => { readonly size: number };

// oxlint-disable-next-line import/no-default-export -- the file has no other
export { Entries as default };
