/** Requests for a namespace that the server refuses, for every reason that it has. */
import { namespace } from '../client.ts';
import { APPLY } from '../truth.ts';
import { BROKEN, TENANT } from '../webhook.ts';
import type { Case } from './case.ts';

export const refusedCases: readonly Case[] = [
  {
    name: 'refused by RBAC',
    run: async ({ as }) => {
      await as('viewer').create({ name: 'rbac-post' });
      await as('viewer').create({ generateName: 'rbac-generated-' });
      await as('viewer').apply('rbac-apply');
      await as('viewer').apply('rbac-apply-force', {}, { query: 'force=true' });
    },
  },
  {
    name: 'server-side apply by one who may patch and not create',
    run: async ({ as }) => {
      await as('labeler').apply('may-not-create');
      await as('labeler').apply('default', { labels: { labeled: 'yes' } });
    },
  },
  {
    name: 'refused by an admission policy',
    run: async ({ as }) => {
      for (const reason of ['forbidden', 'invalid', 'requestentitytoolarge']) {
        await as('alice').create({ name: `refused-${reason}-post` });
        await as('alice').create({ name: `refused-${reason}-owned`, labels: { owner: 'alice' } });
        await as('alice').apply(`refused-${reason}-apply`);
      }
    },
  },
  {
    name: 'refused by a quota (a webhook: a ResourceQuota cannot count namespaces)',
    run: async ({ as }) => {
      for (const suffix of ['one', 'two', 'three', 'four'])
        await as('operator').create({ name: `${TENANT}acme-${suffix}` });
      await as('operator').apply(`${TENANT}acme-five`);
    },
  },
  {
    name: 'the webhook fails',
    run: async ({ as }) => {
      await as('alice').create({ name: `${BROKEN}post` });
      await as('alice').apply(`${BROKEN}apply`);
    },
  },
  {
    name: 'refused by validation',
    run: async ({ as }) => {
      const client = as('alice');
      await client.create({ name: 'Bad_Name' });
      await client.create({ name: 'x'.repeat(64) });
      await client.create({});
      await client.create({ generateName: 'Bad_' });
      await client.create({ name: 'bad-label', labels: { team: 'not a label!' } });
      await client.create({ name: 'bad-label-key', labels: { '"<b>': 'x' } });
      await client.create({ name: 'bad-finalizer', finalizers: ['nonsense'] });
      await client.create({ name: 'too-long', annotations: { a: 'x'.repeat(256 * 1024) } });
      await client.apply('Bad_Apply', {}, { asked: 'Bad_Apply' });
      await client.create(
        {},
        { body: { ...namespace({ name: 'version' }), metadata: { name: 'version', resourceVersion: '7' } } },
      );
    },
  },
  {
    name: 'refused as a request',
    run: async ({ as }) => {
      const client = as('alice');
      const asked = 'malformed';
      await client.create({}, { body: 'hello', headers: { 'content-type': 'text/plain' }, asked });
      await client.create({}, { body: 'x', headers: { 'content-type': 'application/cbor' }, asked });
      await client.create({}, { body: '{"metadata":{', asked });
      await client.create({}, { body: '', asked });
      await client.create({}, { body: '[]', asked });
      await client.create({}, { body: { ...namespace({ name: asked }), kind: 'NamespaceList' } });
      await client.create({}, { body: { ...namespace({ name: asked }), kind: 'Pod' } });
      await client.create({}, { body: { ...namespace({ name: asked }), apiVersion: 'v2' } });
      await client.create(
        {},
        { body: { ...namespace({ name: asked }), nonsense: 1 }, query: 'fieldValidation=Strict' },
      );
      await client.create({ name: asked }, { headers: { accept: 'text/html' } });
      await client.create({ name: asked }, { query: `fieldManager=${'x'.repeat(129)}` });
      await client.create({ name: asked, annotations: { a: 'x'.repeat(3 * 1024 * 1024) } });
    },
  },
  {
    name: 'refused as a server-side apply',
    run: async ({ as }) => {
      const client = as('alice');
      const name = 'malformed-apply';
      const path = `/api/v1/namespaces/${name}`;
      const headers = { 'content-type': APPLY };
      await client.apply(name, {}, { body: namespace({ name: 'another' }) });
      await client.apply(name, {}, { body: { metadata: { name } } });
      await client.apply(name, {}, { body: '{"metadata":{', asked: name });
      await client.apply(name, {}, { headers: { accept: 'text/html' } });
      await client.apply(name, {}, { query: `x=${'y'.repeat(200)}&fieldValidation=nonsense` });
      await client.apply(name, {}, { body: { ...namespace({ name }), metadata: { name, uid: 'nonsense' } } });
      await client.send({ method: 'PATCH', path: `${path}?fieldManager=`, body: namespace({ name }), headers });
    },
  },
  {
    name: 'server-side apply without a field manager',
    run: async ({ as }) => {
      const request = {
        method: 'PATCH',
        path: '/api/v1/namespaces/no-manager',
        body: namespace({ name: 'no-manager' }),
        headers: { 'content-type': APPLY },
      };
      await as('alice').send(request);
      await as('viewer').send(request);
    },
  },
  {
    name: 'an invalid time limit',
    run: ({ as }) => as('alice').create({ name: 'bad-timeout' }, { query: 'timeout=soon' }),
  },
  {
    name: 'a time limit that is over at once',
    run: ({ as }) => as('alice').create({ name: 'no-time' }, { query: 'timeout=1ns' }),
  },
  {
    name: 'POST to what exists',
    run: async ({ as }) => {
      await as('alice').create({ name: 'default' });
      await as('alice').create({ name: 'kube-system' });
      await as('alice').create({ name: 'twice' });
      await as('bob').create({ name: 'twice' });
    },
  },
  {
    name: 'POST to the wrong place',
    run: async ({ as }) => {
      const post = (path: string) => as('root').send({ method: 'POST', path, body: namespace({ name: 'elsewhere' }) });
      await post('/api/v1/namespaces/elsewhere');
      await post('/api/v1/namespaces/default/finalize');
      await post('/api/v1/namespaces/default/status');
      await post('/api/v1/watch/namespaces');
    },
  },
  {
    name: 'POST to a path that leads nowhere',
    run: async ({ as }) => {
      const post = (path: string) => as('root').send({ method: 'POST', path, body: namespace({ name: 'nowhere' }) });
      await post('/api/v1/namespaces/default/namespaces');
      await post('//api/v1/namespaces');
      await post('/api/v1//namespaces');
      await post('/api/v2/namespaces');
      await post('/apis/v1/namespaces');
    },
  },
];
