import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type ApiServer, TokenServer } from '../../functions/clients/kubernetes/api-server.ts';
import { KubeApi } from '../../functions/clients/kubernetes/kube-api.ts';
import { MAX_ANSWER_BYTES } from '../../functions/clients/kubernetes/kube-http.ts';
import { KubeWriteApi } from '../../functions/clients/kubernetes/kube-write-api.ts';
import { Kubeconfig } from '../../functions/clients/kubernetes/kubeconfig.ts';
import { KubernetesError } from '../../functions/contract/errors.ts';

/** What the server does to one request: answers, or ends the connection. */
type Reply = { code?: number; json?: unknown; text?: string; headers?: Record<string, string> } | 'reset' | 'silence';

interface Request {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

let server: Server;
let requests: Request[] = [];
let reply: (request: Request, index: number) => Reply;

beforeAll(async () => {
  server = createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part) => parts.push(part));
    incoming.on('end', () => {
      const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://server');
      const request = {
        method: incoming.method ?? '',
        path: pathname,
        query: searchParams,
        headers: incoming.headers,
        body: Buffer.concat(parts).toString(),
      };
      answer(response, reply(request, requests.push(request) - 1));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  requests = [];
});

function answer(response: ServerResponse, given: Reply): void {
  if (given === 'silence') return;
  if (given === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const { code = 200, json, text = JSON.stringify(json), headers } = given;
  response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(text);
}

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const target = (): ApiServer => new TokenServer(url(), Buffer.from(''), 'secret-token');

const api = () => new KubeApi(target());
const signal = () => new AbortController().signal;
const always = (given: Reply) => () => given;
/** One after the other; the last one again and again. */
const inTurn =
  (...replies: Reply[]) =>
  (_: Request, index: number): Reply =>
    replies[Math.min(index, replies.length - 1)] ?? 'reset';
const status = (code: number, reason: string, headers?: Record<string, string>): Reply => ({
  code,
  json: { kind: 'Status', reason, message: `${reason}!`, code },
  ...(headers && { headers }),
});
const pod = (name: string) => ({ metadata: { name } });
const page = (names: string[], metadata = {}): Reply => ({
  json: { kind: 'PodList', apiVersion: 'v1', metadata, items: names.map(pod) },
});
const namesIn = ({ items }: { items: { metadata: { name?: string } }[] }) => items.map(({ metadata }) => metadata.name);

describe('reading an object', () => {
  test('asks once, as the user of the kubeconfig', async () => {
    reply = always({ json: { kind: 'Namespace', metadata: { name: 'a' } } });
    expect(await api().read('/api/v1/namespaces/a', signal())).toEqual({ kind: 'Namespace', metadata: { name: 'a' } });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: 'GET', path: '/api/v1/namespaces/a' });
    expect(requests[0]?.headers).toMatchObject({
      authorization: 'Bearer secret-token',
      'user-agent': 'namespace-sentinel',
    });
  });

  test('none is undefined', async () => {
    reply = always(status(404, 'NotFound'));
    expect(await api().read('/api/v1/namespaces/a', signal())).toBeUndefined();
  });

  test('a refusal carries the code and the reason, and is not asked again', async () => {
    reply = always(status(403, 'Forbidden'));
    const error = await api()
      .read('/x', signal())
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(KubernetesError);
    expect(error).toMatchObject({ name: 'KubernetesError', code: 403, reason: 'Forbidden', message: 'Forbidden!' });
    expect(requests).toHaveLength(1);
  });

  test.each<[string, Reply]>([
    ['no JSON', { text: '<html>' }],
    ['nothing', { text: '' }],
    ['null', { text: 'null' }],
    ['an array', { json: [] }],
  ])('%s is not an object', async (_, given) => {
    reply = always(given);
    await expect(api().read('/x', signal())).rejects.toMatchObject({
      name: 'KubernetesError',
      reason: 'InvalidAnswer',
    });
  });

  test('an object without metadata has empty ones', async () => {
    reply = always({ json: { kind: 'Namespace', metadata: null } });
    expect(await api().read('/x', signal())).toEqual({ kind: 'Namespace', metadata: {} });
  });

  test.each(['/api/v1/namespaces/../secrets', '/api/v1/namespaces/%2E%2e', '/api/./v1', '/a/..?b'])(
    'the path %s would lead elsewhere: it is not asked',
    async (path) => {
      await expect(api().read(path, signal())).rejects.toMatchObject({ reason: 'BadRequest' });
      expect(requests).toHaveLength(0);
    },
  );
});

describe('what is transient', () => {
  test.each<[string, Reply]>([
    ['429', status(429, 'TooManyRequests')],
    ['500', status(500, 'InternalError')],
    ['502 of something in between', { code: 502, text: '<html>' }],
    ['503', status(503, 'ServiceUnavailable')],
    ['504', status(504, 'Timeout')],
    ['a reset connection', 'reset'],
  ])('%s is asked again', async (_, given) => {
    reply = inTurn(given, { json: { metadata: { name: 'a' } } });
    expect(await api().read('/x', signal())).toEqual({ metadata: { name: 'a' } });
    expect(requests).toHaveLength(2);
  });

  test('ends after four tries', async () => {
    reply = always(status(503, 'ServiceUnavailable'));
    await expect(api().read('/x', signal())).rejects.toMatchObject({ code: 503 });
    expect(requests).toHaveLength(4);
  });

  test('waits as long as the server wants', async () => {
    reply = inTurn(status(429, 'TooManyRequests', { 'retry-after': '1' }), { json: { metadata: {} } });
    const from = performance.now();
    await api().read('/x', signal());
    expect(performance.now() - from).toBeGreaterThan(950);
  });

  test('does not wait longer than is reasonable', async () => {
    reply = always(status(429, 'TooManyRequests', { 'retry-after': '60' }));
    await expect(api().read('/x', signal())).rejects.toMatchObject({ code: 429, reason: 'TooManyRequests' });
    expect(requests).toHaveLength(1);
  });

  test('a refused certificate or name is not', async () => {
    const nowhere = new TokenServer('https://nowhere.invalid', Buffer.from(''), 'secret-token');
    const error = await new KubeApi(nowhere).read('/x', signal()).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'KubernetesError', code: 0 });
    expect(JSON.stringify([error.message, error.stack])).not.toContain('secret-token');
  });
});

describe('the signal', () => {
  test('ends a request that is not answered', async () => {
    reply = always('silence');
    const abort = new AbortController();
    const asked = api().read('/x', abort.signal);
    setTimeout(() => abort.abort(), 50);
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('ends the waiting between tries', async () => {
    reply = always(status(429, 'TooManyRequests', { 'retry-after': '4' }));
    const from = performance.now();
    await expect(api().read('/x', AbortSignal.timeout(100))).rejects.toThrow();
    expect(performance.now() - from).toBeLessThan(2_000);
  });

  test('that has ended asks nothing', async () => {
    await expect(api().read('/x', AbortSignal.abort())).rejects.toThrow();
    expect(requests).toHaveLength(0);
  });
});

describe('who we are', () => {
  test('is asked again after a 401, once', async () => {
    const tokens = ['old', 'new'];
    const open = () => new TokenServer(url(), Buffer.from(''), tokens.shift() ?? '').open();
    reply = ({ headers }) =>
      headers.authorization === 'Bearer new' ? { json: { metadata: {} } } : status(401, 'Unauthorized');
    await new KubeApi({ server: url(), open }).read('/x', signal());
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
  });

  test('is reported at once where the second answer is the same', async () => {
    reply = always(status(401, 'Unauthorized'));
    await expect(api().read('/x', signal())).rejects.toMatchObject({ code: 401 });
    expect(requests).toHaveLength(2);
  });

  test('that cannot be found out is an error, and is tried again next time', async () => {
    let fails = true;
    const open = async () => {
      if (fails) throw new Error('the plugin is not installed');
      return target().open();
    };
    reply = always({ json: { metadata: {} } });
    const kubernetes = new KubeApi({ server: url(), open });
    await expect(kubernetes.read('/x', signal())).rejects.toThrow('the plugin is not installed');
    fails = false;
    expect(await kubernetes.read('/x', signal())).toEqual({ metadata: {} });
  });
});

describe('listing', () => {
  test('follows the pages, and says what the items are', async () => {
    reply = ({ query }) =>
      query.get('continue') ? page(['b']) : page(['a'], { continue: 'next/page', remainingItemCount: 1 });
    const listed = await api().list('/api/v1/pods', signal(), {
      labelSelector: 'a=b',
      fieldSelector: 'spec.nodeName=n',
    });
    expect(listed).toEqual({
      items: [
        { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } },
        { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' } },
      ],
      complete: true,
      total: 2,
    });
    expect(requests.map(({ query }) => Object.fromEntries(query))).toEqual([
      { limit: '500', labelSelector: 'a=b', fieldSelector: 'spec.nodeName=n' },
      { limit: '500', labelSelector: 'a=b', fieldSelector: 'spec.nodeName=n', continue: 'next/page' },
    ]);
  });

  test('ends at `max`, and knows how many there are', async () => {
    reply = ({ query }) => {
      expect(query.get('limit')).toBe('1');
      return page(['a'], { continue: 'x', remainingItemCount: 41 });
    };
    expect(await api().list('/api/v1/pods', signal(), { max: 1 })).toMatchObject({ complete: false, total: 42 });
    expect(requests).toHaveLength(1);
  });

  test('an API that knows no limits gives more than was asked for', async () => {
    reply = always(page(['a', 'b', 'c']));
    const listed = await api().list('/x', signal(), { max: 2 });
    expect([namesIn(listed), listed.complete, listed.total]).toEqual([['a', 'b'], false, 3]);
  });

  test('without a count of what remains, there is no total', async () => {
    reply = always(page(['a'], { continue: 'x' }));
    expect(await api().list('/x', signal(), { max: 1 })).not.toHaveProperty('total');
  });

  test('a kind that is not served has no items', async () => {
    reply = always(status(404, 'NotFound'));
    expect(await api().list('/x', signal())).toEqual({ items: [], complete: true, total: 0 });
  });

  test('begins again when the pages are forgotten', async () => {
    reply = (_, index) =>
      [page(['a'], { continue: 'x' }), status(410, 'Expired'), page(['b'], { continue: 'y' }), page(['c'])][index] ??
      'reset';
    const listed = await api().list('/x', signal());
    expect([namesIn(listed), listed.complete]).toEqual([['b', 'c'], true]);
  });

  test('and is incomplete when they are forgotten again', async () => {
    reply = ({ query }) => (query.get('continue') ? status(410, 'Expired') : page(['a'], { continue: 'x' }));
    const listed = await api().list('/x', signal());
    expect([namesIn(listed), listed.complete]).toEqual([['a'], false]);
    expect(requests).toHaveLength(4);
  });

  test('takes smaller pages where one is too large', async () => {
    const large = 'x'.repeat(MAX_ANSWER_BYTES);
    reply = ({ query }) => (query.get('limit') === '500' ? { json: { items: [{ large }] } } : page(['a']));
    expect(namesIn(await api().list('/x', signal()))).toEqual(['a']);
    expect(requests.map(({ query }) => query.get('limit'))).toEqual(['500', '10']);
  });

  test('and gives up where that is too large as well', async () => {
    const large = 'x'.repeat(MAX_ANSWER_BYTES);
    reply = always({ json: { items: [{ large }] } });
    await expect(api().list('/x', signal())).rejects.toMatchObject({ reason: 'TooLarge' });
    expect(requests).toHaveLength(2);
  });

  test('ends where all pages together are too large', async () => {
    const large = 'x'.repeat(10 * 1024 * 1024);
    reply = always({ json: { metadata: { continue: 'x' }, items: [{ metadata: { name: 'a' }, large }] } });
    const listed = await api().list('/x', signal());
    expect([listed.items.length, listed.complete]).toEqual([5, false]);
  });

  test.each<[string, unknown, number]>([
    ['null items', { items: null }, 0],
    ['items that are not objects', { items: [null, 1, 'x', [], { metadata: 'm' }, {}] }, 2],
    ['no metadata', { items: [{}], metadata: null }, 1],
  ])('%s do no harm', async (_, json, count) => {
    reply = always({ json });
    const { items } = await api().list('/x', signal());
    expect(items).toHaveLength(count);
    expect(items.every(({ metadata }) => typeof metadata === 'object' && metadata !== null)).toBe(true);
  });

  test('metadata of a server that knows no rules has the shape that everybody relies on', async () => {
    const wild = {
      name: 'x',
      ownerReferences: 'me',
      managedFields: [null, 1, { manager: 'm' }],
      labels: ['a'],
      annotations: { a: 1, b: 'b' },
    };
    reply = always({ json: { items: [{ metadata: wild }] } });
    const { items } = await api().list('/x', signal());
    expect(items).toEqual([
      {
        metadata: {
          name: 'x',
          ownerReferences: [],
          managedFields: [{ manager: 'm' }],
          labels: {},
          annotations: { b: 'b' },
        },
      },
    ]);
  });

  test('an explanation is taken over only so far', async () => {
    reply = always({ code: 403, json: { reason: 'Forbidden', message: 'x'.repeat(1_000_000) } });
    const { message } = await api()
      .read('/x', signal())
      .catch((error) => error);
    expect(message.length).toBeLessThan(2_100);
  });

  test.each([[{}], ['text'], [{ items: {} }], [null]])('%j is not a list', async (json) => {
    reply = always({ json });
    await expect(api().list('/x', signal())).rejects.toMatchObject({ reason: 'InvalidAnswer' });
  });

  test('of metadata accepts nothing else', async () => {
    reply = always({ json: { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', items: [pod('a')] } });
    const { items } = await api().listMetadata('/api/v1/secrets', signal());
    expect(items).toEqual([{ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'a' } }]);
    expect(requests[0]?.headers.accept).toBe('application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1');
  });
});

describe('access reviews', () => {
  const question = {
    user: 'u',
    groups: ['g'],
    uid: 'id',
    extra: { canonicalArn: ['arn'] },
    verb: 'create',
    group: 'apps',
    resource: 'daemonsets',
    namespace: 'kube-system',
  };

  test('ask for the user with everything that is known of it', async () => {
    reply = always({ code: 201, json: { status: { allowed: true, reason: 'RBAC: allowed by x' } } });
    expect(await api().may(question, signal())).toEqual({ allowed: true, reason: 'RBAC: allowed by x' });
    expect(requests[0]).toMatchObject({ method: 'POST', path: '/apis/authorization.k8s.io/v1/subjectaccessreviews' });
    expect(JSON.parse(requests[0]?.body ?? '').spec).toEqual({
      user: 'u',
      groups: ['g'],
      uid: 'id',
      extra: { canonicalArn: ['arn'] },
      resourceAttributes: { verb: 'create', group: 'apps', resource: 'daemonsets', namespace: 'kube-system' },
    });
  });

  test('tell where an authorizer could not decide', async () => {
    reply = always({ json: { status: { allowed: false, reason: '', evaluationError: 'webhook down' } } });
    expect(await api().may(question, signal())).toEqual({ allowed: false, evaluationError: 'webhook down' });
  });

  test.each([[{}], [{ status: {} }], [{ status: { allowed: 'yes' } }], [null]])('%j is none', async (json) => {
    reply = always({ json });
    await expect(api().may(question, signal())).rejects.toMatchObject({ reason: 'InvalidAnswer' });
  });
});

describe('the kinds served', () => {
  const resource = (name: string, kind: string, scope = 'Namespaced') => ({
    resource: name,
    responseKind: { kind, group: '', version: 'v1' },
    scope,
    verbs: ['list'],
  });

  test('are of the preferred version, in two requests', async () => {
    reply = ({ path }) => ({
      json: {
        kind: 'APIGroupDiscoveryList',
        items:
          path === '/api'
            ? [{ metadata: {}, versions: [{ version: 'v1', resources: [resource('nodes', 'Node', 'Cluster')] }] }]
            : [
                {
                  metadata: { name: 'batch' },
                  versions: [
                    { version: 'v1', resources: [resource('jobs', 'Job')] },
                    { version: 'v1beta1', resources: [resource('jobs', 'Job'), resource('olds', 'Old')] },
                  ],
                },
              ],
      },
    });
    expect(await api().kinds(signal())).toEqual([
      { apiVersion: 'v1', kind: 'Node', resource: 'nodes', namespaced: false, verbs: ['list'] },
      { apiVersion: 'batch/v1', kind: 'Job', resource: 'jobs', namespaced: true, verbs: ['list'] },
      { apiVersion: 'batch/v1beta1', kind: 'Old', resource: 'olds', namespaced: true, verbs: ['list'] },
    ]);
    expect(requests.map(({ path }) => path).sort()).toEqual(['/api', '/apis']);
    expect(requests[0]?.headers.accept).toContain('as=APIGroupDiscoveryList');
  });

  test.each([
    [{}],
    [null],
    [{ items: null }],
    [{ items: [null, {}, { versions: [null, { resources: [null, {}] }] }] }],
  ])('of %j there are none', async (json) => {
    reply = always({ json });
    expect(await api().kinds(signal())).toEqual([]);
  });
});

describe('a kubeconfig file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const written = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const kubeconfig = (overrides = {}) =>
    JSON.stringify({
      'current-context': 'x',
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: { server: url(), 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'u', user: { token: 'from-file' } }],
      ...overrides,
    });

  test('is used with its current context', async () => {
    reply = always({ json: { metadata: {} } });
    const kubernetes = new KubeApi(new Kubeconfig({ kubeconfig: written('good', kubeconfig()) }));
    await kubernetes.read('/x', signal());
    expect(requests[0]?.headers.authorization).toBe('Bearer from-file');
  });

  test.each([
    ['empty', ''],
    ['other', 'a: b'],
    ['broken', '{'],
    ['text', 'hello'],
    ['no context', '{"clusters":[],"users":[],"contexts":[]}'],
  ])('that is %s is refused with its name', (name, text) => {
    expect(() => new Kubeconfig({ kubeconfig: written(name, text) })).toThrow(name);
  });

  test('that is missing is said to be so', () => {
    expect(() => new Kubeconfig({ kubeconfig: join(folder, 'missing') })).toThrow('ENOENT');
  });
});

describe('what is streamed', () => {
  const streamed = async (path = '/log') => {
    const parts: Uint8Array[] = [];
    await new KubeWriteApi(target()).stream(path, signal(), (part) => void parts.push(part));
    return Buffer.concat(parts).toString();
  };

  test('may be of any length', async () => {
    const text = 'x'.repeat(MAX_ANSWER_BYTES + 10);
    reply = () => ({ text });
    expect((await streamed()).length).toBe(text.length);
  });

  test('is tried again as long as nothing was taken, and a refusal is one', async () => {
    reply = (_, index) => (index === 0 ? 'reset' : { text: 'log' });
    expect(await streamed()).toBe('log');
    expect(requests).toHaveLength(2);
    reply = () => ({ code: 403, json: { reason: 'Forbidden', message: 'may not' } });
    await expect(streamed()).rejects.toMatchObject({ code: 403, message: 'may not' });
  });

  test('is not tried again once a part was taken', async () => {
    // Shorter than it says, then the connection ends.
    reply = () => ({ text: 'beginning', headers: { 'content-length': '1000', connection: 'close' } });
    await expect(streamed()).rejects.toMatchObject({ code: 0 });
    expect(requests).toHaveLength(1);
  });
});
