/**
 * Digests of the ClusterRoles in `cluster/` and of their bindings, for functions that have no manifests at hand.
 * `test/cluster/roles.test.ts` holds both equal; where it fails, it prints the tables as they have to be.
 */
export const SHIPPED_ROLES: Readonly<Record<string, string>> = {
  'namespace-sentinel:break-glass': '3975fdd63d6a3cf6014bc1fab3af1a2e872e41c06ca53225198804569b3f076d',
  'namespace-sentinel:contain': 'c34f287b827a89952e1ff9cbcd0d539476f489b3ebd1559f395cf480b72fd15c',
  'namespace-sentinel:contain-mark': '7a251918972255de81ee4b37f424389bd0c85781bae3a99b886960a63fb472cf',
  'namespace-sentinel:observer': 'f4fc4f075213e00c540419629f4fdd639cc6b7837e87281bd10234c807fe5fac',
  'namespace-sentinel:probe': '010de67b1bba104aed92e4c743361f6c40a3dfb383e9b20f25da38439502f9d9',
  'namespace-sentinel:probe-attempts': 'e436023d3e758c89ebe7398788304b30e06c54c79cf0b950d9c8138ddfbea4f8',
  'namespace-sentinel:quarantined': '52baf359781f69cccd3230b85ed2a441f8cee8415a2d2e4f14433e6a71515b74',
  'namespace-sentinel:release': '268dcb42eef7590898a0efc5ad7d6f5ea60b7a6880f547b6bb0294f844a4f993',
  'namespace-sentinel:release-grants': '576447033828e21fa78ba6f3fb2cdccabca0f81d34385f18bfb06566f1da3172',
  'namespace-sentinel:snapshot': '919c3c98d4951928c097ff5d7393829605b302d7fc246b239094920699de1898',
  'namespace-sentinel:watch': '5d4ca79445f2a98f0fb6e899c8dcb6fd6483552c150b2f121afd1ae4e9575e15',
};

export const SHIPPED_BINDINGS: Readonly<Record<string, string>> = {
  'namespace-sentinel:break-glass': 'e215f9aa038e8fbc755befd0a82c80a42c2a5730bbaa0175a30b80a199ce1233',
  'namespace-sentinel:contain': '909bd0dc94d9873aafa95bc098fd7da63345da633b838e43e2e4b260075d34a1',
  'namespace-sentinel:contain-mark': '0516a242ab6b17b7462057a19e7b94c6aa6dbc79127a5c77af5e696ea3d8cbad',
  'namespace-sentinel:observer': 'fbec3460bde0002130ff2ba8188931f224ea643e1b88ba1968921b058cf32cc8',
  'namespace-sentinel:probe': 'dd6b828a1c3d12f6bb10212bfd895053cf7c87274ddb443bc2d84753b9a95d47',
  'namespace-sentinel:probe-attempts': '859ab0c53252e4c18009dab4f8e0794fa5ba6d0be7560c5eec982a25af02604d',
  'namespace-sentinel:release': '5ec05a7adbede36768f8d2ee6075a5d27d10ec4d2a93bebece90535f7eb3717e',
  'namespace-sentinel:release-grants': 'cc2c901910cc9ebf4754889a10f5e39d7c9707502c9d26cd273690bc34cd5474',
  'namespace-sentinel:snapshot': 'ab2e41fffc115dfa0d1162ac9b503991c3c8c29b152980755d98ac26666b25ab',
  'namespace-sentinel:snapshot-view': 'b6ed79fd686f52d7a8a4d4b1d5baabd5555479a14bd643f76c4f8d6f639adc30',
  'namespace-sentinel:watch': '07c525ca456d29298cfb4e201b49a82ae73417e1fb4be4fcfdff6bd7612de9bf',
};
