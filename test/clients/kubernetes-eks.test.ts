import { createHash, createHmac } from 'node:crypto';
import { describe, expect, jest, test } from '@jest/globals';
import { EksKubernetes } from '../../functions/clients/kubernetes/eks-kubernetes.ts';
import { type AwsCredentials, eksToken } from '../../functions/clients/kubernetes/eks-token.ts';
import { KubeApi } from '../../functions/clients/kubernetes/kube-api.ts';
import { LocalEks } from '../../functions/clients/local/eks.ts';
import { REGIONS } from '../kubernetes/sdk-partitions.ts';

const AT = new Date('2026-11-23T10:00:00.000Z');
const CREDENTIALS: AwsCredentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret/key+',
  sessionToken: 'session+token/==',
};

const urlOf = (token: string) => new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString());

/** Signature Version 4 for a query, by the book (AWS IAM User Guide, "Create a signed AWS API request"). */
function signatureOf(url: URL, cluster: string, { secretAccessKey }: AwsCredentials, region: string): string {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const headers = `host:${url.host}\nx-k8s-aws-id:${cluster}\n`;
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const request = ['GET', '/', query, headers, 'host;x-k8s-aws-id', hash('')].join('\n');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = ['20261123', region, 'sts', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const text = ['AWS4-HMAC-SHA256', '20261123T100000Z', `20261123/${region}/sts/aws4_request`, hash(request)].join(
    '\n',
  );
  return hmac(key, text).toString('hex');
}

describe('the token', () => {
  test('is a presigned GetCallerIdentity that holds for this cluster alone', async () => {
    const token = await eksToken({ cluster: 'prod', region: 'eu-central-1' }, CREDENTIALS, AT);
    expect(token).toMatch(/^k8s-aws-v1\.[\w-]+$/);
    const url = urlOf(token);
    expect(url.host).toBe('sts.eu-central-1.amazonaws.com');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Expires': '60',
      'X-Amz-Date': '20261123T100000Z',
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
      'X-Amz-Credential': 'ASIAEXAMPLE/20261123/eu-central-1/sts/aws4_request',
      'X-Amz-Security-Token': CREDENTIALS.sessionToken,
    });
    expect(url.searchParams.get('X-Amz-Signature')).toBe(signatureOf(url, 'prod', CREDENTIALS, 'eu-central-1'));
    expect(url.searchParams.get('X-Amz-Signature')).not.toBe(signatureOf(url, 'test', CREDENTIALS, 'eu-central-1'));
    expect(url.href).not.toContain('secret');
  });

  test.each(REGIONS)('is for the regional STS of $region', async ({ region, dnsSuffix }) => {
    expect(urlOf(await eksToken({ cluster: 'c', region }, CREDENTIALS, AT)).host).toBe(`sts.${region}.${dnsSuffix}`);
  });
});

describe('connecting', () => {
  const ARN = 'arn:aws:eks:eu-central-1:111122223333:cluster/prod';
  const PLACE = { name: 'prod', region: 'eu-central-1', account: '111122223333' };
  const described = {
    name: 'prod',
    arn: ARN,
    endpoint: 'https://prod.example',
    certificateAuthority: { data: 'Y2E=' },
  };
  const signal = new AbortController().signal;

  function access(cluster: object = described, expiration?: Date) {
    const eks = new LocalEks([{ cluster: { ...described, ...cluster } }]);
    const describeCluster = jest.spyOn(eks, 'describeCluster');
    const credentials = jest.fn(async () => ({ ...CREDENTIALS, ...(expiration && { expiration }) }));
    const clock = { now: AT.getTime() };
    return {
      kubernetes: new EksKubernetes({ eks, credentials, api: (config) => new KubeApi(config), now: () => clock.now }),
      describeCluster,
      credentials,
      clock,
    };
  }

  test('asks EKS once, until the token nears its end', async () => {
    const { kubernetes, describeCluster, clock } = access();
    const first = await kubernetes.connect(PLACE, signal);
    clock.now += 12 * 60_000;
    expect(await kubernetes.connect(PLACE, signal)).toBe(first);
    clock.now += 2 * 60_000;
    expect(await kubernetes.connect(PLACE, signal)).not.toBe(first);
    expect(describeCluster).toHaveBeenCalledTimes(2);
  });

  test('does not outlive the credentials', async () => {
    const { kubernetes, clock } = access({}, new Date(AT.getTime() + 5 * 60_000));
    const first = await kubernetes.connect(PLACE, signal);
    clock.now += 2 * 60_000;
    expect(await kubernetes.connect(PLACE, signal)).toBe(first);
    clock.now += 2 * 60_000;
    expect(await kubernetes.connect(PLACE, signal)).not.toBe(first);
  });

  test('takes the place from EKS where the record does not give it', async () => {
    const { kubernetes } = access();
    expect(await kubernetes.connect({ name: 'prod' }, signal)).toBeDefined();
  });

  test.each([
    ['no name', { region: 'eu-central-1' }, {}, 'which cluster'],
    [
      'a cluster of the same name in another Region',
      { ...PLACE, region: 'us-east-1' },
      {},
      'another one of the same name',
    ],
    ['a cluster of the same name in another account', { ...PLACE, account: '999900001111' }, {}, 'another one'],
    ['a cluster without ARN', PLACE, { arn: undefined }, 'did not give the ARN'],
    [
      'a cluster that is being made',
      PLACE,
      { endpoint: undefined, status: 'CREATING' },
      'no endpoint yet (status CREATING)',
    ],
    ['an endpoint without encryption', PLACE, { endpoint: 'http://prod.example' }, 'no endpoint'],
    ['a cluster without CA', PLACE, { certificateAuthority: {} }, 'no endpoint'],
    ['a cluster that EKS does not know', { name: 'other' }, {}, 'No cluster found'],
  ])('fails for %s, and the failure is not kept', async (_, place, cluster, message) => {
    const { kubernetes } = access(cluster);
    await expect(kubernetes.connect(place, signal)).rejects.toThrow(message);
    await expect(kubernetes.connect(place, signal)).rejects.toThrow(message);
  });

  test('fails where the function has no credentials', async () => {
    const { kubernetes, credentials } = access();
    credentials.mockRejectedValueOnce(new Error('no credentials'));
    await expect(kubernetes.connect(PLACE, signal)).rejects.toThrow('no credentials');
    expect(await kubernetes.connect(PLACE, signal)).toBeDefined();
  });
});
