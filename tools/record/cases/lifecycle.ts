/** The life of a namespace: other writes, its end, and one of the same name after it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { namespace } from '../client.ts';
import type { Case, Scene } from './case.ts';

const path = (name: string) => `/api/v1/namespaces/${name}`;

async function gone({ as }: Scene, name: string): Promise<void> {
  while ((await as('root').send({ path: path(name) })).code !== 404) await sleep(200);
}

export const lifecycleCases: readonly Case[] = [
  {
    name: 'deleted and made again under the same name',
    run: async (scene) => {
      for (let life = 0; life < 2; life++) {
        await scene.as('alice').create({ name: 'reborn' });
        await scene.as('alice').send({ method: 'DELETE', path: path('reborn') });
        await gone(scene, 'reborn');
      }
      await scene.as('bob').apply('reborn');
    },
  },
  {
    name: 'create while the namespace is terminating',
    run: async (scene) => {
      const { as } = scene;
      const name = 'dying';
      const held = `${path(name)}/configmaps/held`;
      await as('alice').create({ name });
      const body = { metadata: { name: 'held', finalizers: ['example.com/hold'] } };
      await as('alice').send({ method: 'POST', path: `${path(name)}/configmaps`, body });
      await as('alice').send({ method: 'DELETE', path: path(name) });
      await as('bob').create({ name });
      await as('bob').apply(name);
      await as('bob').kubectl(['create', 'namespace', name], { asked: name });
      const headers = { 'content-type': 'application/merge-patch+json' };
      await as('alice').send({ method: 'PATCH', path: held, body: { metadata: { finalizers: null } }, headers });
      await gone(scene, name);
      await as('bob').create({ name });
    },
  },
  {
    name: 'writes to what exists',
    run: async ({ as }) => {
      const name = 'written';
      const client = as('alice');
      const { json } = await client.create({ name });
      await client.send({
        method: 'PUT',
        path: path(name),
        body: { ...json, metadata: { ...(json?.metadata as object), labels: { a: 'b' } } },
      });
      await client.patch(name, 'merge', { metadata: { labels: { b: 'c' } } });
      await client.patch(name, 'strategic', { metadata: { labels: { c: 'd' } } });
      await client.patch(name, 'json', [{ op: 'add', path: '/metadata/labels/d', value: 'e' }]);
      await client.patch(name, 'merge', namespace({ name, labels: { whole: 'object' } }), {
        query: 'fieldManager=whole',
      });
      await client.send({ method: 'DELETE', path: path(name) });
    },
  },
  {
    name: 'subresources',
    run: async ({ as }) => {
      const name = 'subresources';
      const client = as('root');
      const { json } = await client.create({ name });
      for (const part of ['status', 'finalize']) {
        const at = `${path(name)}/${part}`;
        await client.send({ method: 'PUT', path: at, body: json });
        await client.send({ method: 'POST', path: at, body: json });
        const merge = { 'content-type': 'application/merge-patch+json' };
        await client.send({ method: 'PATCH', path: at, body: { metadata: { labels: { a: 'b' } } }, headers: merge });
        const apply = { 'content-type': 'application/apply-patch+yaml' };
        await client.send({ method: 'PATCH', path: `${at}?fieldManager=x`, body: namespace({ name }), headers: apply });
        await client.send({
          method: 'PATCH',
          path: `${path('absent')}/${part}?fieldManager=x`,
          body: namespace({ name: 'absent' }),
          headers: apply,
        });
      }
    },
  },
  {
    name: 'writes to what does not exist',
    run: async ({ as }) => {
      const client = as('alice');
      await client.send({ method: 'PUT', path: path('absent'), body: namespace({ name: 'absent' }) });
      await client.patch('absent', 'merge', { metadata: { labels: { a: 'b' } } });
      await client.patch('absent', 'merge', namespace({ name: 'absent' }), { query: 'fieldManager=x' });
      await client.patch('absent', 'json', [{ op: 'add', path: '/metadata/labels', value: {} }]);
      await client.send({ method: 'DELETE', path: path('absent') });
    },
  },
];
