/**
 * Digests of the admission policies in `cluster/policies` and of their bindings, for functions that have no manifests at
 * hand. `test/cluster/policies.test.ts` holds both equal; where it fails, it prints the table as it has to be.
 */
export const SHIPPED_POLICIES: Readonly<Record<string, { policy: string; binding: string }>> = {
  'namespace-sentinel-freeze': {
    policy: 'dd93691252c72528b0e0580637345e32ced3e62b0f18ec19193c2e14e30aa241',
    binding: '4e65c0092b88ae9e6763ecb352b3a35638f0ee7745a7b97cac1bc261ad9f1cab',
  },
  'namespace-sentinel-guard-contain': {
    policy: 'b99956edbfa3ed1a61b16091211a11cbaf9f6d1ebaff795add03d3de58e80cb9',
    binding: '4db5276a2a09a62f40039bcde5243f3d2fb2371e26ddfe99acbdb37f8798c491',
  },
  'namespace-sentinel-guard-unbind': {
    policy: '0c08c350c98f7f321b33faa7b334a5198f72b17d81c6a06bdbb6cf60fea0dd8f',
    binding: 'c4a31956b05c3614970e70d5dcbc94ec72152e3a23c0c20a092c31871c2522bd',
  },
  'namespace-sentinel-guard-edits': {
    policy: '0a210d06ac4d67bf79f04ce195d2505d4b85ca9db8dabdb95bd32d37992c232d',
    binding: '9107e4159cbee13b5d0bb2ee5e19b2796ca387e33edec2157784a76e3cfe9973',
  },
  'namespace-sentinel-guard-probe': {
    policy: '5b02dbd4a8c7840736e5e6d08b8293f29063fa5d928a63256fc7cd3b31a0e228',
    binding: 'db4b8716349d36b5bca9762489ff570378542e9bbfb3e4f7610bc2a3da32bf0e',
  },
  'namespace-sentinel-guard-release': {
    policy: '003d02bb89d77ba1b1d3ff91db0057335ecb163daa961c3a79dc3986eabb65b3',
    binding: '7be6638f21fd1a77e1bd4a316a9507abf57c03b05677eee7b5902281202d9c13',
  },
  'namespace-sentinel-guard-bind': {
    policy: '0bd9be0f26432db8f4c601577ec1682df9c6338744fcec1295fdfc6ba3fc0ae2',
    binding: '9778942f0b3976f63e6d76e2b70c0c88d96ff621efbdbe460a676f3cf243a25c',
  },
  'namespace-sentinel-guard-clusterroles': {
    policy: '15a442ff4caf8006fa4e254abd36839598bc5cdfb72d8cba2611628310a255f8',
    binding: '33bc865beca55bc34cb5f27e855384599930fa3f5d88a42e3b28ebd886afb9a2',
  },
  'namespace-sentinel-guard-roles': {
    policy: 'd4038e86ac347bae9440ea7b62d1d108b9d2011bbe09a70fadd8c0924dd24e07',
    binding: 'd974ad6f76d802ded7a05573c23ad9fe5cc309372c0879e192a3dacf36086bf6',
  },
  'namespace-sentinel-quarantine-label': {
    policy: '2fb52f4cfa773b4a0eda47ccd226559f00f1cfb583910b830a3dacf231f1fa98',
    binding: '8986d7368c25af38a9436d3b609a1313b6e12c532f57b497665229d158ad3386',
  },
};
