/** What EKS and CloudTrail would answer about an incident's cluster. From the emulator, and so simulated. */
import {
  type AccessEntry,
  DescribeAccessEntryCommand,
  DescribeClusterCommand,
  EKSClient,
  ListAccessEntriesCommand,
  ListAssociatedAccessPoliciesCommand,
} from '@aws-sdk/client-eks';
import type { ClusterDescription } from '../../../functions/clients/local/eks.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { clientSettings } from '../../twin/identities.ts';
import type { Twin } from '../../twin/twin.ts';
import { type AwsCall, lookupEvent } from './cloudtrail.ts';

const DAY_MS = 86_400_000;

export interface AwsAnswers extends ClusterDescription {
  simulated: string;
  /** The answer of LookupEvents for the time of the incident. */
  cloudTrail: { Events: ReturnType<typeof lookupEvent>[] };
}

const SIMULATED =
  'Answers of an AWS emulator, not of AWS. What was there before the incident began is dated 30 days back, as the ' +
  'recording made it a minute before; endpoint, certificate and issuer are placeholders; the CloudTrail events are made from ' +
  'the calls that the script really made.';

/**
 * @param begunAt when the incident began (RFC 3339): what is older has been there for long
 */
export async function describeAws(twin: Twin, begunAt: string, calls: readonly AwsCall[]): Promise<AwsAnswers> {
  const { emulator } = twin;
  const eks = new EKSClient(clientSettings(emulator));
  const clusterName = emulator.cluster;
  // the emulator keeps whole seconds of some
  const began = Math.floor(Date.parse(begunAt) / 1_000) * 1_000;
  const dated = <T extends object>(answer: T): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(answer).map(([key, value]) => [key, value instanceof Date ? instant(value, began) : value]),
    );
  const { cluster } = await eks.send(new DescribeClusterCommand({ name: clusterName }));
  const accessEntries = [];
  for (const principalArn of (await eks.send(new ListAccessEntriesCommand({ clusterName }))).accessEntries ?? []) {
    const which = { clusterName, principalArn };
    const { accessEntry } = await eks.send(new DescribeAccessEntryCommand(which));
    const { associatedAccessPolicies = [] } = await eks.send(new ListAssociatedAccessPoliciesCommand(which));
    const accessPolicies = associatedAccessPolicies.map(dated);
    accessEntries.push({
      ...dated(accessEntry as AccessEntry),
      principalArn,
      ...defined({ accessPolicies: accessPolicies.length > 0 ? accessPolicies : undefined }),
    });
  }
  const id = '0123456789ABCDEF0123456789ABCDEF';
  const placeholders = {
    endpoint: `https://${id}.gr7.${emulator.region}.eks.amazonaws.com`,
    identity: { oidc: { issuer: `https://oidc.eks.${emulator.region}.amazonaws.com/id/${id}` } },
    certificateAuthority: { data: Buffer.from('placeholder').toString('base64') },
  };
  return {
    simulated: SIMULATED,
    cluster: { ...dated(cluster ?? {}), name: clusterName, ...placeholders },
    accessEntries,
    cloudTrail: { Events: calls.map((call) => lookupEvent(call, emulator)).reverse() },
  };
}

const instant = (date: Date, began: number): string =>
  new Date(date.getTime() < began ? date.getTime() - 30 * DAY_MS : date.getTime()).toISOString();
