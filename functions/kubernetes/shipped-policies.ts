/**
 * Digests of the admission policies in `cluster/policies` and of their bindings, for functions that have no manifests at
 * hand. `test/cluster/policies.test.ts` holds both equal; where it fails, it prints the table as it has to be.
 */
export const SHIPPED_POLICIES: Readonly<Record<string, { policy: string; binding: string }>> = {
  'namespace-sentinel-freeze': {
    policy: 'e42cd1d2a86b09985e7ef28c3ba3c88613b991ff75637ef54c939a561c53a2d4',
    binding: '4e65c0092b88ae9e6763ecb352b3a35638f0ee7745a7b97cac1bc261ad9f1cab',
  },
  'namespace-sentinel-guard-break-glass': {
    policy: '0219cc1fa7c4ebccead0570284a4449fbab451e05f91f12f77a9c4dd89a4b906',
    binding: 'a4991cff0461ede0a0ff9e48f15d8bcf4a98e1694b988259c2df07623a762964',
  },
  'namespace-sentinel-guard-contain': {
    policy: '280006b8cee6c97ec7fce1db5d6c7eb6752b6bda6eacfb3ad44f67ce486e8824',
    binding: '4db5276a2a09a62f40039bcde5243f3d2fb2371e26ddfe99acbdb37f8798c491',
  },
  'namespace-sentinel-guard-unbind': {
    policy: 'd83a5a1262f656f0e2842cf5529c0c0e33b16c72ab2166719a92871f7a908e29',
    binding: 'c4a31956b05c3614970e70d5dcbc94ec72152e3a23c0c20a092c31871c2522bd',
  },
  'namespace-sentinel-guard-edits': {
    policy: 'd19ae5c2da50b7fc3e58bdb2860d11c9839cfb72108b10aa8269b8c6152160b2',
    binding: '9107e4159cbee13b5d0bb2ee5e19b2796ca387e33edec2157784a76e3cfe9973',
  },
  'namespace-sentinel-guard-probe': {
    policy: '2040dc52ca7123a7482c9310b9952c4649346c1d3472227838417230832b5222',
    binding: 'db4b8716349d36b5bca9762489ff570378542e9bbfb3e4f7610bc2a3da32bf0e',
  },
  'namespace-sentinel-guard-release': {
    policy: '158d89b1913cdb6fbf08e7b95d834aeddf57e8aee780fd3c52e9362b244485d0',
    binding: '7be6638f21fd1a77e1bd4a316a9507abf57c03b05677eee7b5902281202d9c13',
  },
  'namespace-sentinel-guard-bind': {
    policy: 'a489be2e5ccac0009b85df2e9742b2a55bd870f6bec01065e82b3bbe5e0b075e',
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
    policy: 'c8561547f45a6619c3f08ae021cd67f4950797ee03cadc138c70d3857aca3105',
    binding: '8986d7368c25af38a9436d3b609a1313b6e12c532f57b497665229d158ad3386',
  },
};
