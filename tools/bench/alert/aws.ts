/** AWS and a cluster on this machine. They answer at once, as in an account in which nothing else happens, and remember answers of others. */
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Asked {
  /** The function that was invoked, with its event. */
  invoked(name: string, event: unknown): void;
  /** A message to a topic, with its subject. */
  published(subject: string): void;
}

/** For TLS of the API server, in PEM. */
export interface Certificate {
  ca: Buffer;
  cert: Buffer;
  key: Buffer;
}

const CLUSTER_ARN = 'arn:aws:eks:eu-west-1:111122223333:cluster/bench';
const XML = 'text/xml';

/** What JSON services answer, by the name of the operation; to all others they answer that nothing was found. */
const ANSWERS: Readonly<Record<string, object>> = {
  StartQuery: { queryId: '11111111-2222-3333-4444-555555555555' },
  GetQueryResults: {
    status: 'Complete',
    results: [],
    statistics: { bytesScanned: 1, recordsScanned: 1, recordsMatched: 0 },
  },
  LookupEvents: { Events: [] },
};

export class LocalAws {
  readonly #aws: Server;
  readonly #kubernetes: Server;
  readonly #certificate: Certificate;
  /** What investigations have read, by its key in the findings table. */
  readonly #remembered = new Map<string, object>();

  constructor(certificate: Certificate, asked: Asked) {
    this.#certificate = certificate;
    this.#aws = createHttp((request, response) => void this.#answer(request, response, asked));
    this.#kubernetes = createHttps({ cert: certificate.cert, key: certificate.key }, kubernetes);
  }

  async start(): Promise<void> {
    await Promise.all(
      [this.#aws, this.#kubernetes].map((each) => new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve))),
    );
  }

  stop(): void {
    for (const each of [this.#aws, this.#kubernetes]) {
      each.closeAllConnections();
      each.close();
    }
  }

  /** For the SDK of a function. */
  get environment(): Record<string, string> {
    return {
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${portOf(this.#aws)}`,
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse, asked: Asked): Promise<void> {
    const body = await bodyOf(request);
    const path = request.url ?? '';
    const target = String(request.headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1);
    const invoked = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(path)?.[1];
    if (invoked) {
      asked.invoked(decodeURIComponent(invoked), JSON.parse(body.toString()));
      response.writeHead(202).end();
    } else if (target) json(response, 200, this.#remember(target, body) ?? ANSWERS[target] ?? {});
    else if (request.headers['smithy-protocol'] === 'rpc-v2-cbor')
      response.writeHead(200, { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' }).end(EMPTY_CBOR);
    else if (String(request.headers['content-type']).startsWith('application/x-www-form-urlencoded')) {
      const form = new URLSearchParams(body.toString());
      const action = form.get('Action') ?? '';
      if (action === 'Publish') asked.published(form.get('Subject') ?? '');
      response.writeHead(200, { 'content-type': XML });
      response.end(
        `<${action}Response><${action}Result><MessageId>1</MessageId></${action}Result></${action}Response>`,
      );
    } else if (request.method === 'PUT') response.writeHead(200, { etag: '"1"' }).end();
    else if (path === '/clusters/bench') json(response, 200, { cluster: this.#cluster() });
    else if (path.startsWith('/clusters/bench/access-entries')) json(response, 200, { accessEntries: [] });
    else if (path.startsWith('/detector')) json(response, 200, { detectorIds: [] });
    else json(response, 400, { __type: 'AccessDeniedException', message: `${request.method} ${path}` });
  }

  /** Nobody else writes to the table: every condition holds, so that nothing but answers has to be kept. */
  #remember(operation: string, body: Buffer): object | undefined {
    const { Key, RequestItems, ExpressionAttributeValues: values } = JSON.parse(body.toString());
    if (operation === 'UpdateItem' && values?.[':answer']) this.#remembered.set(Key.id.S, values[':answer']);
    if (operation !== 'BatchGetItem') return undefined;
    const [[table, { Keys }]] = Object.entries(RequestItems) as [[string, { Keys: { id: { S: string } }[] }]];
    const items = Keys.flatMap(({ id }) => {
      const answer = this.#remembered.get(id.S);
      return answer ? [{ id, answer }] : [];
    });
    return { Responses: { [table]: items }, UnprocessedKeys: {} };
  }

  #cluster(): object {
    return {
      name: 'bench',
      arn: CLUSTER_ARN,
      status: 'ACTIVE',
      version: '1.36',
      endpoint: `https://127.0.0.1:${portOf(this.#kubernetes)}`,
      certificateAuthority: { data: this.#certificate.ca.toString('base64') },
      logging: { clusterLogging: [{ types: ['api', 'audit', 'authenticator'], enabled: true }] },
      resourcesVpcConfig: { vpcId: 'vpc-1', endpointPublicAccess: false, endpointPrivateAccess: true },
      accessConfig: { authenticationMode: 'API' },
    };
  }
}

const EMPTY_CBOR = Buffer.from([0xa0]);
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

function json(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

/** A cluster that holds the namespace that was asked for, and nothing in it. */
async function kubernetes(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await bodyOf(request);
  const { pathname } = new URL(request.url ?? '', 'https://kubernetes');
  const name = /^\/api\/v1\/namespaces\/([^/]+)$/.exec(pathname)?.[1];
  if (request.method === 'POST') json(response, 201, { status: { allowed: true, reason: 'RBAC' } });
  else if (name)
    json(response, 200, { kind: 'Namespace', metadata: { name, uid: `uid-${name}` }, status: { phase: 'Active' } });
  else json(response, 200, { kind: 'List', metadata: { resourceVersion: '1' }, items: [] });
}
