/** The memory store of oidc-provider. */
declare const MemoryAdapter: new (model: string, store: { readonly size: number }) => object;

// oxlint-disable-next-line import/no-default-export -- the file has no other
export { MemoryAdapter as default };
