/** The layers of docs/adr/0002: which room may import what. */

/** What every room stands on. */
const GROUNDS = '^functions/(contract|kubernetes|kit)/';
/** A ground above these, for the rooms named: the checks, which *investigate* runs, and *alert* and *contain* read and show. */
const CHECKS = '^functions/checks/';
/** The only files of a room that put clients in. */
const ENTRIES = '^functions/([a-z]+/lambda\\.ts|contain/lambda/)';

const room = (name, grounds = []) => ({
  name: `room-${name}`,
  comment: `${name} imports the grounds, its own files and the types of clients; only its Lambda entries put clients in.`,
  severity: 'error',
  from: { path: `^functions/${name}/`, pathNot: ENTRIES },
  to: { path: '^functions/', pathNot: [`^functions/${name}/`, GROUNDS, ...grounds], dependencyTypesNot: ['type-only'] },
});

module.exports = {
  forbidden: [
    ...['detect', 'watch', 'securityhub', 'checks'].map((name) => room(name)),
    ...['investigate', 'alert', 'contain'].map((name) => room(name, [CHECKS])),
    {
      name: 'checks-know-no-room',
      comment: 'What describes a check is read by several rooms, and knows none of them, not even by type.',
      severity: 'error',
      from: { path: CHECKS },
      to: { path: '^functions/(detect|investigate|alert|watch|contain|securityhub)/' },
    },
    {
      name: 'no-other-room',
      comment: 'Rooms do not know each other, not even by type: what they share is in the grounds.',
      severity: 'error',
      from: { path: '^functions/(detect|investigate|alert|watch|contain|securityhub)/' },
      to: { path: '^functions/(detect|investigate|alert|watch|contain|securityhub)/', pathNot: '^functions/$1/' },
    },
    {
      name: 'clients-know-no-room',
      severity: 'error',
      from: { path: '^functions/clients/' },
      to: { path: '^functions/', pathNot: ['^functions/clients/', GROUNDS] },
    },
    {
      name: 'grounds-know-no-room',
      comment: 'The contract, the knowledge of Kubernetes and the kit are what everything else stands on.',
      severity: 'error',
      from: { path: GROUNDS },
      to: { path: '^functions/', pathNot: GROUNDS },
    },
    {
      name: 'kit-knows-no-domain',
      severity: 'error',
      from: { path: '^functions/kit/' },
      to: { path: '^functions/', pathNot: '^functions/kit/' },
    },
    {
      name: 'kubernetes-knows-no-contract',
      severity: 'error',
      from: { path: '^functions/kubernetes/' },
      to: { path: '^functions/contract/' },
    },
    {
      name: 'aws-only-in-clients',
      comment:
        'AWS and Kubernetes are talked to in one place; a Lambda entry makes the clients. The table of partitions talks to nobody.',
      severity: 'error',
      from: { path: '^functions/', pathNot: ['^functions/clients/', '^functions/kubernetes/names/partition\\.ts$', ENTRIES] },
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
        'The stack names the functions by path; it runs none of their code but the rule for weights and severities, and takes the table of destinations, the definitions of the playbooks the names of Kubernetes groups, the names by which digests are addressed and the source of events.',
      severity: 'error',
      from: { path: '^lib/' },
      to: {
        path: '^(functions|bin|tools)/',
        pathNot: [
          '^functions/investigate/weights\\.ts$',
          '^functions/alert/destinations/index\\.ts$',
          '^functions/kit/',
          '^functions/contain/machines/',
          '^functions/contract/((item|evidence)-keys|event-source|problems|schedule|canary|deployment|digest-audiences)\\.ts$',
          '^functions/kubernetes/((quarantine|filter-pattern|cluster-side)\\.ts$|names/)',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'functions-import-no-infrastructure',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: '^(lib|bin|tools|test)/|node_modules/(aws-cdk-lib|constructs)/' },
    },
    {
      name: 'tests-are-imported-by-nothing',
      comment: 'A tool that tests use lives in tools/; tests import it, never the reverse.',
      severity: 'error',
      from: { path: '^(functions|lib|bin|tools)/' },
      to: { path: '^test/' },
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
