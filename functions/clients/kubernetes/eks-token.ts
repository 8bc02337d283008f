/** The bearer token that EKS takes: a presigned call of STS GetCallerIdentity, made without any call. */
import { Hash } from '@smithy/hash-node';
import { SignatureV4 } from '@smithy/signature-v4';
import { dnsSuffixOf } from '../../kubernetes/names/partition.ts';

export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

/** How long the authenticator takes a token after it was signed, in milliseconds (aws-iam-authenticator, README). */
export const TOKEN_LIFETIME_MS = 15 * 60_000;

/**
 * @param cluster its name: the authenticator of another cluster refuses the token
 * @param region where it is; STS is asked there
 * @param at when it is signed
 */
export async function eksToken(
  { cluster, region }: { cluster: string; region: string },
  credentials: AwsCredentials,
  at: Date,
): Promise<string> {
  const host = `sts.${region}.${dnsSuffixOf(region)}`;
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256: Hash.bind(null, 'sha256') });
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
