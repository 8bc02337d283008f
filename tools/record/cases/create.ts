/** The ways to create a namespace that succeed. */
import { namespace } from '../client.ts';
import { APPLY } from '../truth.ts';
import type { Case } from './case.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const PARTIAL = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';

/** A namespace as protobuf: magic, `Unknown{typeMeta, raw}`, and in raw `Namespace{metadata{name}}`. */
function protobuf(name: string): string {
  const field = (number: number, content: Buffer) =>
    Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);
  const type = Buffer.concat([field(1, Buffer.from('v1')), field(2, Buffer.from('Namespace'))]);
  const raw = field(1, field(1, Buffer.from(name)));
  return Buffer.concat([Buffer.from('k8s\0'), field(1, type), field(2, raw)]).toString('latin1');
}

export const createCases: readonly Case[] = [
  { name: 'POST of JSON', run: ({ as }) => as('alice').create({ name: 'post-json', labels: { team: 'checkout' } }) },
  {
    name: 'POST of YAML',
    run: ({ as }) => {
      const body = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: post-yaml\n';
      return as('alice').create({}, { body, headers: { 'content-type': 'application/yaml' }, asked: 'post-yaml' });
    },
  },
  {
    name: 'POST of protobuf, answered in protobuf',
    run: ({ as }) => {
      const type = 'application/vnd.kubernetes.protobuf';
      const headers = { 'content-type': type, accept: type };
      return as('alice').create({}, { body: protobuf('post-protobuf'), headers, asked: 'post-protobuf' });
    },
  },
  {
    name: 'POST without kind and apiVersion',
    run: ({ as }) => as('bob').create({}, { body: { metadata: { name: 'post-bare' } } }),
  },
  { name: 'server-side apply of JSON', run: ({ as }) => as('alice').apply('apply-json') },
  {
    name: 'server-side apply that forces',
    run: ({ as }) => as('alice').apply('apply-force', {}, { query: 'force=true' }),
  },
  {
    name: 'server-side apply: new, unchanged, changed, conflict',
    run: async ({ as }) => {
      const name = 'apply-again';
      await as('alice').apply(name, { labels: { tier: 'web' } });
      await as('alice').apply(name, { labels: { tier: 'web' } });
      await as('alice').apply(name, { labels: { tier: 'cache' } });
      const path = `/api/v1/namespaces/${name}?fieldManager=other`;
      const body = namespace({ name, labels: { tier: 'database' } });
      await as('bob').send({ method: 'PATCH', path, body, headers: { 'content-type': APPLY } });
    },
  },
  {
    name: 'generateName',
    run: async ({ as }) => {
      for (let i = 0; i < 3; i++) await as('bob').create({ generateName: 'generated-' });
    },
  },
  {
    name: 'the answer is asked for as a table',
    run: async ({ as }) => {
      await as('alice').create({ name: 'table-post' }, { headers: { accept: TABLE } });
      await as('alice').apply('table-apply', {}, { headers: { accept: TABLE } });
      const whole = { query: 'includeObject=Object', headers: { accept: TABLE } };
      await as('alice').create({ name: 'table-object' }, whole);
      await as('alice').create({ name: 'table-none' }, { ...whole, query: 'includeObject=None' });
    },
  },
  {
    name: 'the answer is asked for as metadata only',
    run: async ({ as }) => {
      await as('alice').create({ name: 'partial-post' }, { headers: { accept: PARTIAL } });
      await as('alice').apply('partial-apply', {}, { headers: { accept: PARTIAL } });
    },
  },
  {
    name: 'the answer is asked for as YAML, and pretty',
    run: async ({ as }) => {
      await as('alice').create({ name: 'answer-yaml' }, { headers: { accept: 'application/yaml' } });
      await as('alice').create({ name: 'answer-pretty' }, { query: 'pretty=true' });
    },
  },
  {
    name: 'other spellings of the path',
    run: async ({ as }) => {
      const post = (path: string, name: string) => as('bob').send({ method: 'POST', path, body: namespace({ name }) });
      await post('/api/v1/namespaces/', 'path-slash');
      await post('/api/v1/%6eamespace%73', 'path-encoded');
      await post('/api/v1%2Fnamespaces', 'path-encoded-slash');
      await post('/api/v1/namespaces?', 'path-empty-query');
      const path = '/api/v1/namespaces/path%2Dapply?fieldManager=x';
      const body = namespace({ name: 'path-apply' });
      await as('bob').send({ method: 'PATCH', path, body, headers: { 'content-type': APPLY }, asked: 'path-apply' });
    },
  },
  {
    name: 'one Audit-ID for two creations and a GET',
    run: async ({ as }) => {
      const headers = { 'Audit-ID': '00000000-0000-4000-8000-000000000000' };
      await as('alice').create({ name: 'audit-id-first' }, { headers });
      await as('alice').send({ path: '/api/v1/namespaces/audit-id-first', headers });
      await as('alice').create({ name: 'audit-id-second' }, { headers });
    },
  },
  {
    name: 'an Audit-ID that is not an identifier',
    run: ({ as }) =>
      as('alice').create({ name: 'audit-id-text' }, { headers: { 'Audit-ID': '"},"verb":"get","x":{"<b>' } }),
  },
  {
    name: 'addresses that the client made up',
    run: ({ as }) => {
      const headers = { 'X-Forwarded-For': '198.51.100.7, not an address, 203.0.113.9', 'X-Real-Ip': '192.0.2.1' };
      return as('alice').create({ name: 'forwarded' }, { headers });
    },
  },
  {
    name: 'the client brings its own uid, time and status',
    run: ({ as }) => {
      const uid = '11111111-1111-4111-8111-111111111111';
      const metadata = { name: 'own-uid', uid, creationTimestamp: '2020-01-01T00:00:00Z', generation: 7 };
      return as('alice').create({}, { body: { ...namespace(metadata), status: { phase: 'Terminating' } } });
    },
  },
];
