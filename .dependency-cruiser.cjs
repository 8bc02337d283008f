/** The layers of docs/adr/0002: which room may import what. */
const room = (name) => ({
  name: `room-${name}`,
  comment: `${name} imports the vocabulary, its own files and the types of clients; only its Lambda entry puts clients in.`,
  severity: 'error',
  from: { path: `^functions/${name}/`, pathNot: '/[a-z-]*lambda\\.ts$' },
  to: { path: '^functions/', pathNot: [`^functions/${name}/`, '^functions/[^/]+\\.ts$'], dependencyTypesNot: ['type-only'] },
});

module.exports = {
  forbidden: [
    ...['detect', 'investigate', 'alert', 'watch', 'contain'].map(room),
    {
      name: 'no-other-room',
      comment: 'Rooms do not know each other, not even by type: what they share is in the vocabulary.',
      severity: 'error',
      from: { path: '^functions/(detect|investigate|alert|watch|contain)/' },
      to: { path: '^functions/(detect|investigate|alert|watch|contain)/', pathNot: '^functions/$1/' },
    },
    {
      name: 'clients-know-no-room',
      severity: 'error',
      from: { path: '^functions/clients/' },
      to: { path: '^functions/', pathNot: ['^functions/clients/', '^functions/[^/]+\\.ts$'] },
    },
    {
      name: 'vocabulary-stands-alone',
      severity: 'error',
      from: { path: '^functions/[^/]+\\.ts$' },
      to: { path: '^functions/[^/]+/' },
    },
    {
      name: 'aws-only-in-clients',
      comment: 'AWS and Kubernetes are talked to in one place; a Lambda entry makes the clients.',
      severity: 'error',
      from: { path: '^functions/', pathNot: ['^functions/clients/', '/[a-z-]*lambda\\.ts$'] },
      to: { path: 'node_modules/(@aws-sdk|@kubernetes|@smithy)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-kubernetes-in-detect',
      comment: 'The detector stays small: it loads in the way of every alert.',
      severity: 'error',
      from: { path: '^functions/detect/' },
      to: { path: 'node_modules/@kubernetes/', reachable: true },
    },
    {
      name: 'infrastructure-imports-no-function',
      // A scale that the function refuses would make every investigation fail: it is refused before deployment, by the same rule.
      // The machines of the playbooks are one definition, deployed and run by the command line; the names of groups and steps are
      // those that the functions and the manifests in cluster/ use.
      comment:
        'The stack names the functions by path; it runs none of their code but the rule for weights and severities, and takes the definitions of the playbooks and the names of Kubernetes groups.',
      severity: 'error',
      from: { path: '^lib/' },
      to: {
        path: '^(functions|bin)/',
        pathNot: [
          '^functions/investigate/weights\\.ts$',
          '^functions/contain/machines/',
          '^functions/quarantine\\.ts$',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'functions-import-no-infrastructure',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: '^(lib|bin|test)/|node_modules/(aws-cdk-lib|constructs)/' },
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
