/** What people do with kubectl. */
import { namespace } from '../client.ts';
import type { Case } from './case.ts';

const labelled = (name: string, labels: Record<string, string> = {}) =>
  namespace({ name, labels: { team: 'checkout', ...labels } });
const apply = ['apply', '-f', '-'];
const serverSide = [...apply, '--server-side'];

export const kubectlCases: readonly Case[] = [
  {
    name: 'kubectl create',
    run: ({ as }) => as('alice').kubectl(['create', 'namespace', 'kubectl-create'], { asked: 'kubectl-create' }),
  },
  {
    name: 'kubectl create of what exists',
    run: async ({ as }) => {
      await as('alice').kubectl(['create', 'namespace', 'kubectl-twice'], { asked: 'kubectl-twice' });
      await as('bob').kubectl(['create', 'namespace', 'kubectl-twice'], { asked: 'kubectl-twice' });
    },
  },
  {
    name: 'kubectl create with generateName',
    run: ({ as }) =>
      as('alice').kubectl(['create', '-f', '-'], { input: namespace({ generateName: 'kubectl-generated-' }) }),
  },
  {
    name: 'kubectl create, dry run on the server',
    run: ({ as }) =>
      as('alice').kubectl(['create', 'namespace', 'kubectl-dry', '--dry-run=server'], {
        asked: 'kubectl-dry',
        dryRun: true,
      }),
  },
  {
    name: 'kubectl client-side apply: new, unchanged, changed',
    run: async ({ as }) => {
      const input = labelled('kubectl-apply');
      await as('bob').kubectl(apply, { input });
      await as('bob').kubectl(apply, { input });
      await as('bob').kubectl(apply, { input: labelled('kubectl-apply', { tier: 'web' }) });
    },
  },
  {
    name: 'kubectl client-side apply, dry run on the server',
    run: async ({ as }) => {
      const options = { input: labelled('kubectl-apply-dry'), asked: 'kubectl-apply-dry', dryRun: true };
      await as('bob').kubectl([...apply, '--dry-run=server'], options);
    },
  },
  {
    name: 'kubectl server-side apply: new, unchanged, changed',
    run: async ({ as }) => {
      const input = labelled('kubectl-ssa');
      await as('alice').kubectl(serverSide, { input });
      await as('alice').kubectl(serverSide, { input });
      await as('alice').kubectl(serverSide, { input: labelled('kubectl-ssa', { tier: 'web' }) });
    },
  },
  {
    name: 'kubectl server-side apply, dry run on the server',
    run: async ({ as }) => {
      const options = { input: labelled('kubectl-ssa-dry'), dryRun: true };
      await as('alice').kubectl([...serverSide, '--dry-run=server'], options);
    },
  },
  {
    name: 'kubectl server-side apply: conflict, then forced',
    run: async ({ as }) => {
      const by = (manager: string) => [...serverSide, '--field-manager', manager];
      await as('alice').kubectl(by('one'), { input: labelled('kubectl-conflict', { tier: 'web' }) });
      await as('bob').kubectl(by('two'), { input: labelled('kubectl-conflict', { tier: 'database' }) });
      await as('bob').kubectl([...by('two'), '--force-conflicts'], {
        input: labelled('kubectl-conflict', { tier: 'database' }),
      });
    },
  },
  {
    name: 'kubectl apply of several namespaces and more',
    run: ({ as }) => {
      const account = {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'web', namespace: 'kubectl-list-b' },
      };
      const items = [labelled('kubectl-list-a'), labelled('kubectl-list-b'), account];
      return as('alice').kubectl(apply, { input: { apiVersion: 'v1', kind: 'List', items } });
    },
  },
  {
    name: 'kubectl changes what exists: label, annotate, patch, replace',
    run: async ({ as }) => {
      const name = 'kubectl-changed';
      const client = as('alice');
      await client.kubectl(['create', 'namespace', name], { asked: name });
      await client.kubectl(['label', 'namespace', name, 'pod-security.kubernetes.io/enforce=restricted']);
      await client.kubectl(['annotate', 'namespace', name, 'owner=alice@example.com']);
      await client.kubectl(['patch', 'namespace', name, '-p', '{"metadata":{"labels":{"a":"1"}}}']);
      await client.kubectl(['patch', 'namespace', name, '--type=merge', '-p', '{"metadata":{"labels":{"b":"2"}}}']);
      const operations = '[{"op":"add","path":"/metadata/labels/c","value":"3"}]';
      await client.kubectl(['patch', 'namespace', name, '--type=json', '-p', operations]);
      await client.kubectl(['replace', '-f', '-'], { input: labelled(name) });
      await client.kubectl(['label', 'namespace', name, 'dry=run', '--dry-run=server'], { dryRun: true });
    },
  },
  {
    name: 'kubectl refused by RBAC: create, client-side apply, server-side apply',
    run: async ({ as }) => {
      const client = as('viewer');
      await client.kubectl(['create', 'namespace', 'kubectl-refused'], { asked: 'kubectl-refused' });
      await client.kubectl(apply, { input: labelled('kubectl-refused'), asked: 'kubectl-refused' });
      await client.kubectl(serverSide, { input: labelled('kubectl-refused') });
    },
  },
  {
    name: 'kubectl refused by RBAC: label of what exists',
    run: ({ as }) => as('viewer').kubectl(['label', 'namespace', 'default', 'seen=yes']),
  },
  {
    name: 'kubectl refused by validation',
    run: ({ as }) => as('alice').kubectl(['create', 'namespace', 'Kubectl_Bad'], { asked: 'Kubectl_Bad' }),
  },
  {
    name: 'kubectl impersonates: allowed and refused',
    run: async ({ as }) => {
      const jane = { impersonated: 'jane.doe', asked: 'kubectl-as-jane' };
      await as('support').kubectl(['--as-group=developers', 'create', 'namespace', 'kubectl-as-jane'], jane);
      const system = { impersonated: 'system:admin', asked: 'kubectl-as-system' };
      await as('support').kubectl(['--as-group=system:masters', 'create', 'namespace', 'kubectl-as-system'], system);
    },
  },
];
