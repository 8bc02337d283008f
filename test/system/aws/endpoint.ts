/** What answers the AWS CLI in tests: it notes each request, and says as little as the CLI puts up with. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AwsRequest {
  /** `POST /path?query` and, where the protocol has one, the operation: `POST / GetRole`. */
  what: string;
  /** To which the request is signed: `eks eu-west-1`. */
  to: string;
  body: string;
}

const CLUSTER = {
  name: 'prod',
  arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod',
  status: 'ACTIVE',
  endpoint: 'https://127.0.0.1',
  certificateAuthority: { data: 'eA==' },
};

export class AwsEndpoint {
  readonly requests: AwsRequest[] = [];
  readonly #server = createServer(async (request, response) => {
    const body = await textOf(request);
    const { method = '', url = '', headers } = request;
    const target = text(headers['x-amz-target'])?.split('.').at(-1);
    const operation = target ?? /(?:^|&)Action=(\w+)/.exec(body)?.[1] ?? '';
    const [, region, service] = /\/([^/]+)\/([^/]+)\/aws4_request/.exec(headers.authorization ?? '') ?? [];
    this.requests.push({ what: `${method} ${url} ${operation}`.trim(), to: `${service} ${region}`, body });
    if (service === 's3') {
      // A listing names a file; a file holds a word.
      const answer = url.includes('list-type') ? LISTING : 'content';
      response.setHeader('content-length', answer.length).setHeader('last-modified', new Date(0).toUTCString());
      return void response.end(method === 'HEAD' ? undefined : answer);
    }
    if (operation && target === undefined)
      return void response.end(`<${operation}Response><${operation}Result/></${operation}Response>`);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(url.startsWith('/clusters/') ? { cluster: CLUSTER } : {}));
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

const LISTING =
  '<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key><Size>1</Size>' +
  '<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents></ListBucketResult>';

const text = (header: string | string[] | undefined): string | undefined => [header].flat()[0];

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
