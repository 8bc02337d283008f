/** Patches that are refused. The audit log does not say what kind of patch it was. */
import { namespace } from '../client.ts';
import type { Case } from './case.ts';

const labels = { metadata: { labels: { a: 'b' } } };
const operations = [{ op: 'add', path: '/metadata/labels/a', value: 'b' }];

export const patchCases: readonly Case[] = [
  {
    name: 'a patch refused by RBAC',
    run: async ({ as }) => {
      await as('viewer').patch('default', 'merge', labels);
      await as('viewer').patch('default', 'strategic', labels);
      await as('viewer').patch('default', 'json', operations);
      await as('viewer').patch('default', 'merge', namespace({ name: 'default' }));
    },
  },
  {
    name: 'a patch refused by RBAC that names its field manager',
    run: async ({ as }) => {
      await as('viewer').patch('default', 'merge', labels, { query: 'fieldManager=kubectl-label' });
      await as('viewer').patch('default', 'json', operations, { query: 'fieldManager=kubectl-patch' });
    },
  },
  {
    name: 'a patch refused by an admission policy',
    run: async ({ as }) => {
      const name = 'refused-invalid-patched';
      const query = 'fieldManager=kubectl-patch';
      await as('alice').create({ name, labels: { owner: 'alice' } });
      await as('alice').patch(name, 'merge', { metadata: { labels: { owner: null } } }, { query });
      await as('alice').patch(name, 'strategic', { metadata: { labels: { owner: null } } }, { query });
    },
  },
  {
    name: 'a JSON patch refused by an admission policy',
    run: async ({ as }) => {
      const name = 'refused-forbidden-patched';
      await as('alice').create({ name, labels: { owner: 'alice' } });
      await as('alice').patch(name, 'json', [{ op: 'remove', path: '/metadata/labels/owner' }], {
        query: 'fieldManager=kubectl-patch',
      });
    },
  },
  {
    name: 'a merge patch of a whole object refused by an admission policy',
    run: async ({ as }) => {
      const name = 'refused-forbidden-whole';
      await as('alice').create({ name, labels: { owner: 'alice' } });
      const whole = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { owner: null } } };
      await as('alice').patch(name, 'merge', whole, { query: 'fieldManager=x' });
    },
  },
  {
    name: 'a patch refused as a request',
    run: async ({ as }) => {
      await as('alice').patch('default', 'merge', '{"metadata":{');
      await as('alice').patch('default', 'json', [{ op: 'nonsense' }]);
      await as('alice').patch('default', 'merge', { metadata: { labels: { a: 'not a label!' } } });
      await as('alice').patch('default', 'merge', labels, { query: 'force=true' });
      await as('alice').send({
        method: 'PATCH',
        path: '/api/v1/namespaces/default',
        body: '{}',
        headers: { 'content-type': 'text/plain' },
      });
    },
  },
];
