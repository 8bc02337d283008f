import { GetRoleCommand, type IAMClient, NoSuchEntityException } from '@aws-sdk/client-iam';
import type { Cluster } from '../../contract/finding.ts';
import { defined } from '../../kit/defined.ts';
import { record } from '../../kit/json.ts';
import { parseArn, roleNameOf } from '../../kubernetes/names/arn.ts';
import { placeOf } from '../kubernetes/eks-kubernetes.ts';
import type { Eks } from './eks.ts';
import type { RoleTrust, Trust } from './role-trust.ts';

/** Asks IAM, of the client's account: about a cluster elsewhere it throws, whatever its name. */
export class AwsRoleTrust implements RoleTrust {
  readonly #iam: IAMClient;
  readonly #eks: Eks;

  /** @param eks of the same account */
  constructor(iam: IAMClient, eks: Eks) {
    this.#iam = iam;
    this.#eks = eks;
  }

  async of(roleArn: string, cluster: Cluster, signal: AbortSignal): Promise<Trust> {
    const RoleName = roleNameOf(roleArn);
    const { account = '', partition = 'aws' } = parseArn(roleArn) ?? {};
    if (!RoleName) throw new Error('it is not the ARN of a role');
    if (!cluster.name) throw new Error('the name of the cluster is not known');
    const described = await this.#eks.describeCluster(cluster.name, signal);
    placeOf(described, cluster);
    if (parseArn(described.arn ?? '')?.account !== account) return { status: 'elsewhere', account };
    try {
      const { Role } = await this.#iam.send(new GetRoleCommand({ RoleName }), { abortSignal: signal });
      // A role is assumed by its whole ARN, with its path.
      if (Role?.Arn !== roleArn) return { status: 'none' };
      const issuer = described.identity?.oidc?.issuer?.replace(/^https:\/\//, '');
      return {
        status: 'read',
        // IAM gives it with the escapes of a URL (API reference, "GetRole").
        policy: record(JSON.parse(decodeURIComponent(Role.AssumeRolePolicyDocument ?? '{}'))),
        ...defined({ issuer, provider: issuer && `arn:${partition}:iam::${account}:oidc-provider/${issuer}` }),
      };
    } catch (error) {
      if (error instanceof NoSuchEntityException) return { status: 'none' };
      throw error;
    }
  }
}
