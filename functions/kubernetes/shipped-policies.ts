/**
 * Digests of the admission policies in `cluster/policies` and of their bindings, for functions that have no manifests at
 * hand. `test/cluster/policies.test.ts` holds both equal; where it fails, it prints the table as it has to be.
 */
export const SHIPPED_POLICIES: Readonly<Record<string, { policy: string; binding: string }>> = {
  'namespace-sentinel-freeze': {
    policy: 'e42cd1d2a86b09985e7ef28c3ba3c88613b991ff75637ef54c939a561c53a2d4',
    binding: '4e65c0092b88ae9e6763ecb352b3a35638f0ee7745a7b97cac1bc261ad9f1cab',
  },
  'namespace-sentinel-guard-above': {
    policy: '37f8ed3676ef05993b1d1cd66be289c00cb4535a8e113aae447170bfb19eeb70',
    binding: '70e6105a1d81e4168ac07db026802e57b5da89ea6da8bad0e1acd0d49e7069d5',
  },
  'namespace-sentinel-guard-break-glass': {
    policy: '0219cc1fa7c4ebccead0570284a4449fbab451e05f91f12f77a9c4dd89a4b906',
    binding: 'a4991cff0461ede0a0ff9e48f15d8bcf4a98e1694b988259c2df07623a762964',
  },
  'namespace-sentinel-guard-contain': {
    policy: '5ff041e7f6306e1bcc29ea07b6a5bc5174507ecf8ce42f9218650cee8522f591',
    binding: '4db5276a2a09a62f40039bcde5243f3d2fb2371e26ddfe99acbdb37f8798c491',
  },
  'namespace-sentinel-guard-edits': {
    policy: '332c0d3325aeaa038829c10812926201cf2a3eaf1ca21cbae1d6e9a65570515e',
    binding: '9107e4159cbee13b5d0bb2ee5e19b2796ca387e33edec2157784a76e3cfe9973',
  },
  'namespace-sentinel-guard-probe': {
    policy: '2040dc52ca7123a7482c9310b9952c4649346c1d3472227838417230832b5222',
    binding: 'db4b8716349d36b5bca9762489ff570378542e9bbfb3e4f7610bc2a3da32bf0e',
  },
  'namespace-sentinel-guard-release': {
    policy: 'd0ead3af55b177bed34afd6acee56e12d6e5b5a6218acacd18c1e819ab97ac11',
    binding: '7be6638f21fd1a77e1bd4a316a9507abf57c03b05677eee7b5902281202d9c13',
  },
  'namespace-sentinel-guard-clusterroles': {
    policy: '40cf9e93846ad0b0d3235418fba746247712c6f2269c17b2560af5dfb457f52a',
    binding: '33bc865beca55bc34cb5f27e855384599930fa3f5d88a42e3b28ebd886afb9a2',
  },
  'namespace-sentinel-guard-roles': {
    policy: '797f15b3ec976119d68950716c6f8a93e5eeff3aaf0a9245a83dbc24ce27c39d',
    binding: 'd974ad6f76d802ded7a05573c23ad9fe5cc309372c0879e192a3dacf36086bf6',
  },
  'namespace-sentinel-quarantine-label': {
    policy: 'c8561547f45a6619c3f08ae021cd67f4950797ee03cadc138c70d3857aca3105',
    binding: '8986d7368c25af38a9436d3b609a1313b6e12c532f57b497665229d158ad3386',
  },
  'namespace-sentinel-quarantine-mark': {
    policy: '8fb8fde347d9642682533e10ca5f180adc94ee8d4fa87a1b25cececb0067f0cc',
    binding: '0942203be6e0c304d66ab113aa6ae9bdaa9deaa200a82623454a4ed4e97dab03',
  },
};
