/** Amazon S3 over loopback, as far as objects are listed and read: real requests, signed by whoever sends them. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Stored {
  bytes: Buffer;
  storageClass?: string;
  /** What a request for it is answered with in place of the object. */
  refusal?: { status: number; code: string; message?: string };
  /** The connection is cut after so many bytes, at so many requests. */
  cut?: { after: number; times: number };
}

/** A page of a listing. */
const PAGE = 2;

export class S3Server {
  readonly objects = new Map<string, Stored>();
  /** Keys in the order in which they were asked for. */
  readonly reads: string[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(): Promise<S3Server> {
    const server = new S3Server();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** For a process whose calls are to come here. */
  get env(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'eu-west-1',
    };
  }

  put(key: string, bytes: Buffer | string, more: Omit<Stored, 'bytes'> = {}): void {
    this.objects.set(key, { bytes: Buffer.from(bytes), ...more });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://s3');
    const [, bucket = '', ...rest] = url.pathname.split('/');
    if (!request.headers.authorization?.includes('/s3/aws4_request')) refuse(response, 403, 'AccessDenied');
    else if (bucket !== 'logs') refuse(response, 404, 'NoSuchBucket');
    else if (url.searchParams.has('list-type')) this.#list(url.searchParams, response);
    else this.#read(decodeURIComponent(rest.join('/')), request, response);
  }

  #list(query: URLSearchParams, response: ServerResponse): void {
    const [prefix, after] = [query.get('prefix') ?? '', query.get('continuation-token') ?? ''];
    const keys = [...this.objects.keys()].sort().filter((key) => key.startsWith(prefix) && key > after);
    const page = keys.slice(0, PAGE);
    // As the AWS CLI decodes it.
    const written = (key: string) => encodeURIComponent(key).replaceAll('%20', '+');
    const contents = page.map((key) => {
      const { bytes, storageClass } = this.objects.get(key) as Stored;
      return `<Contents><Key>${written(key)}</Key><Size>${bytes.length}</Size><ETag>&quot;${bytes.length}&quot;</ETag><StorageClass>${storageClass ?? 'STANDARD'}</StorageClass></Contents>`;
    });
    const next = keys.length > PAGE ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    response.setHeader('content-type', 'application/xml');
    response.end(
      `<ListBucketResult><IsTruncated>${keys.length > PAGE}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
    );
  }

  #read(key: string, request: IncomingMessage, response: ServerResponse): void {
    this.reads.push(key);
    const object = this.objects.get(key);
    if (!object || object.refusal) {
      const { status, code, message } = object?.refusal ?? { status: 404, code: 'NoSuchKey' };
      refuse(response, status, code, message);
      return;
    }
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const bytes = object.bytes.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, { etag: `"${object.bytes.length}"`, 'content-length': bytes.length });
    if (!object.cut || object.cut.times === 0) {
      response.end(bytes);
      return;
    }
    object.cut.times -= 1;
    response.write(bytes.subarray(0, object.cut.after), () => response.destroy());
  }
}

function refuse(response: ServerResponse, status: number, code: string, message = 'no'): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
}
