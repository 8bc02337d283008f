/**
 * Digests of the admission policies in `cluster/policies` and of their bindings, for functions that have no manifests at
 * hand. `test/cluster/policies.test.ts` holds both equal; where it fails, it prints the table as it has to be.
 */
export const SHIPPED_POLICIES: Readonly<Record<string, { policy: string; binding: string }>> = {
  'namespace-sentinel-freeze': {
    policy: '92f96e4f6f814ac16de3947d943ff38fb019e8974e86ca4856ab7ff19d5ec3b9',
    binding: '4e65c0092b88ae9e6763ecb352b3a35638f0ee7745a7b97cac1bc261ad9f1cab',
  },
  'namespace-sentinel-guard-contain': {
    policy: '44e0c4ae9119fdc457fd653fb36987fade2c7a3560a7046d415579ca112eecc1',
    binding: '4db5276a2a09a62f40039bcde5243f3d2fb2371e26ddfe99acbdb37f8798c491',
  },
  'namespace-sentinel-guard-unbind': {
    policy: '1c1361a215b205ac3afbf912aad85ed830c16988a5ca6587a51e3cebe491d188',
    binding: 'c4a31956b05c3614970e70d5dcbc94ec72152e3a23c0c20a092c31871c2522bd',
  },
  'namespace-sentinel-guard-edits': {
    policy: 'd19ae5c2da50b7fc3e58bdb2860d11c9839cfb72108b10aa8269b8c6152160b2',
    binding: '9107e4159cbee13b5d0bb2ee5e19b2796ca387e33edec2157784a76e3cfe9973',
  },
  'namespace-sentinel-guard-probe': {
    policy: '33344043d839ac5fe9b2e3b935ac6807d0ae9b57ab1b1775a23a5cf016b2175a',
    binding: 'db4b8716349d36b5bca9762489ff570378542e9bbfb3e4f7610bc2a3da32bf0e',
  },
  'namespace-sentinel-guard-release': {
    policy: '8044761876786b4f86493ffe1a6694ab5b89fc1fb4c2e209ac403dc6b16a33ac',
    binding: '7be6638f21fd1a77e1bd4a316a9507abf57c03b05677eee7b5902281202d9c13',
  },
  'namespace-sentinel-guard-bind': {
    policy: '788e2e58f010de7a1c46d1fa1253c55aeded752aeff6d72925c4fdb13666854d',
    binding: '9778942f0b3976f63e6d76e2b70c0c88d96ff621efbdbe460a676f3cf243a25c',
  },
  'namespace-sentinel-guard-clusterroles': {
    policy: '6ace9426b352c4febb4f9c827732ef595ff9a075e6cefbb5ea38e0bc224c44ba',
    binding: '33bc865beca55bc34cb5f27e855384599930fa3f5d88a42e3b28ebd886afb9a2',
  },
  'namespace-sentinel-guard-roles': {
    policy: '1f69600563f944eb67a007a39901090716d661e223aa7e7abd070d175af9abd6',
    binding: 'd974ad6f76d802ded7a05573c23ad9fe5cc309372c0879e192a3dacf36086bf6',
  },
  'namespace-sentinel-quarantine-label': {
    policy: '73c5dd97201c8b9575069096a3fc7c98e211212a22d40160446b4c11634ef395',
    binding: '8986d7368c25af38a9436d3b609a1313b6e12c532f57b497665229d158ad3386',
  },
};
