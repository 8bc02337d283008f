/** Another API group with the same plural. */
import { APPLY } from '../truth.ts';
import type { Case } from './case.ts';

const object = (name: string) => ({ apiVersion: 'example.com/v1', kind: 'Namespace', metadata: { name } });
const collection = '/apis/example.com/v1/namespaces';

export const otherGroupCases: readonly Case[] = [
  {
    name: 'a custom resource with the plural namespaces',
    run: async ({ as }) => {
      const client = as('alice');
      await client.send({ method: 'POST', path: collection, body: object('custom-post') });
      await client.send({ method: 'POST', path: collection, body: object('custom-post') });
      await client.send({ method: 'POST', path: `${collection}?dryRun=All`, body: object('custom-dry'), dryRun: true });
      const headers = { 'content-type': APPLY };
      await client.send({
        method: 'PATCH',
        path: `${collection}/custom-apply?fieldManager=x`,
        body: object('custom-apply'),
        headers,
      });
      await as('viewer').send({ method: 'POST', path: collection, body: object('custom-refused') });
      await as('viewer').send({
        method: 'PATCH',
        path: `${collection}/custom-refused?fieldManager=x`,
        body: object('custom-refused'),
        headers,
      });
    },
  },
  {
    name: 'other resources in a namespace called namespaces',
    run: async ({ as }) => {
      await as('alice').create({ name: 'namespaces' });
      const body = { metadata: { name: 'namespaces' } };
      await as('alice').send({ method: 'POST', path: '/api/v1/namespaces/namespaces/configmaps', body });
      await as('alice').send({ method: 'POST', path: '/api/v1/namespaces/namespaces/serviceaccounts', body });
    },
  },
];
