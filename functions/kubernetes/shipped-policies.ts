/**
 * Digests of the admission policies in `cluster/policies` and of their bindings, for functions that have no manifests at
 * hand. `test/cluster/policies.test.ts` holds both equal; where it fails, it prints the table as it has to be.
 */
export const SHIPPED_POLICIES: Readonly<Record<string, { policy: string; binding: string }>> = {
  'namespace-sentinel-freeze': {
    policy: '78ce0015aee5e42d93d2ce44e293261dd0aa8fe7227b27434943e95fa3f72107',
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
    policy: '9ab138b12a6f91d3b089ec3fd108b73aa56595ba4de470d74cb1376d5f8e0414',
    binding: '4db5276a2a09a62f40039bcde5243f3d2fb2371e26ddfe99acbdb37f8798c491',
  },
  'namespace-sentinel-guard-edits': {
    policy: '332c0d3325aeaa038829c10812926201cf2a3eaf1ca21cbae1d6e9a65570515e',
    binding: '9107e4159cbee13b5d0bb2ee5e19b2796ca387e33edec2157784a76e3cfe9973',
  },
  'namespace-sentinel-guard-probe': {
    policy: '0e6525ed36c34412aea1f8de6e6882251a2682d9a524ff0ebf5af5928c431d58',
    binding: 'db4b8716349d36b5bca9762489ff570378542e9bbfb3e4f7610bc2a3da32bf0e',
  },
  'namespace-sentinel-guard-release': {
    policy: '44b1522ef79fff5f779b4e36df398ddfe012efcc96a7b729a77aa05f0fe9cfaa',
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
    policy: '41d759547e10513949c3f1653666faa19e5b1bdaff7cc784b26c7ae0a1d39ef2',
    binding: '8986d7368c25af38a9436d3b609a1313b6e12c532f57b497665229d158ad3386',
  },
  'namespace-sentinel-quarantine-mark': {
    policy: '8fb8fde347d9642682533e10ca5f180adc94ee8d4fa87a1b25cececb0067f0cc',
    binding: '0942203be6e0c304d66ab113aa6ae9bdaa9deaa200a82623454a4ed4e97dab03',
  },
};
