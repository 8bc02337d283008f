/** The bearer token that EKS takes: a presigned call of STS GetCallerIdentity, made without any call. */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

/** How long the authenticator takes a token after it was signed, in milliseconds (aws-iam-authenticator, README). */
export const TOKEN_LIFETIME_MS = 15 * 60_000;

/** STS's domain where the partition has one of its own. */
const STS_DOMAINS: Record<string, string> = {
  'aws-cn': 'amazonaws.com.cn',
  'aws-iso': 'c2s.ic.gov',
  'aws-iso-b': 'sc2s.sgov.gov',
};

/**
 * @param cluster its name: the authenticator of another cluster refuses the token
 * @param at when it is signed
 */
export async function eksToken(
  { cluster, region, partition = 'aws' }: { cluster: string; region: string; partition?: string },
  credentials: AwsCredentials,
  at: Date,
): Promise<string> {
  const host = `sts.${region}.${STS_DOMAINS[partition] ?? 'amazonaws.com'}`;
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256: Sha256 });
  const { query } = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname: host,
      path: '/',
      headers: { host, 'x-k8s-aws-id': cluster },
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    },
    { expiresIn: 60, unhoistableHeaders: new Set(['x-k8s-aws-id']), signingDate: at },
  );
  const url = `https://${host}/?${new URLSearchParams(query as Record<string, string>)}`;
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
}

type Data = string | ArrayBuffer | ArrayBufferView;

/** SHA-256, or HMAC-SHA-256 with a key, in the shape that the signer asks for. */
class Sha256 {
  readonly #key: Data | undefined;
  #hash: Hash | Hmac;

  constructor(key?: Data) {
    this.#key = key;
    this.#hash = this.#start();
  }

  update(data: Data): void {
    this.#hash.update(bytes(data));
  }

  reset(): void {
    this.#hash = this.#start();
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }

  #start(): Hash | Hmac {
    return this.#key === undefined ? createHash('sha256') : createHmac('sha256', bytes(this.#key));
  }
}

function bytes(data: Data): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}
