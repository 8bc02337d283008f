import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  NoSuchEntityException,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  type Role,
} from '@aws-sdk/client-iam';
import type { PolicyDocument, RoleState } from '../../contract/deployment.ts';
import { defined } from '../../kit/defined.ts';
import { record } from '../../kit/json.ts';
import type { LiveRoles } from './live-roles.ts';

/** IAM gives policies with the escapes of a URL (API reference, "GetRole", "GetRolePolicy", "GetPolicyVersion"). */
const documentOf = (text = ''): PolicyDocument => record(JSON.parse(decodeURIComponent(text)));

/** Asks IAM. */
export class AwsRoles implements LiveRoles {
  readonly #iam: IAMClient;

  constructor(iam: IAMClient) {
    this.#iam = iam;
  }

  async describe(name: string, documents: readonly string[], signal: AbortSignal): Promise<RoleState | undefined> {
    const role = await this.#role(name, signal);
    if (!role) return undefined;
    const [inline, attached] = await Promise.all([this.#inline(name, signal), this.#attached(name, signal)]);
    const wanted = documents.filter((arn) => attached.includes(arn));
    return {
      name,
      trust: documentOf(role.AssumeRolePolicyDocument),
      inline,
      attached,
      managed: await Promise.all(wanted.map(async (arn) => ({ arn, document: await this.#managed(arn, signal) }))),
      ...defined({ boundary: role.PermissionsBoundary?.PermissionsBoundaryArn }),
    };
  }

  async #role(RoleName: string, abortSignal: AbortSignal): Promise<Role | undefined> {
    try {
      return (await this.#iam.send(new GetRoleCommand({ RoleName }), { abortSignal })).Role;
    } catch (error) {
      if (error instanceof NoSuchEntityException) return undefined;
      throw error;
    }
  }

  async #inline(RoleName: string, abortSignal: AbortSignal): Promise<RoleState['inline']> {
    const names: string[] = [];
    const pages = paginateListRolePolicies({ client: this.#iam }, { RoleName }, { abortSignal });
    for await (const { PolicyNames = [] } of pages) names.push(...PolicyNames);
    const policies = names.map(async (PolicyName) => {
      const { PolicyDocument } = await this.#iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }), {
        abortSignal,
      });
      return [PolicyName, documentOf(PolicyDocument)] as const;
    });
    return Object.fromEntries(await Promise.all(policies));
  }

  async #attached(RoleName: string, abortSignal: AbortSignal): Promise<string[]> {
    const arns: string[] = [];
    const pages = paginateListAttachedRolePolicies({ client: this.#iam }, { RoleName }, { abortSignal });
    for await (const { AttachedPolicies = [] } of pages)
      arns.push(...AttachedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []));
    return arns;
  }

  async #managed(PolicyArn: string, abortSignal: AbortSignal): Promise<PolicyDocument> {
    const { Policy } = await this.#iam.send(new GetPolicyCommand({ PolicyArn }), { abortSignal });
    const VersionId = Policy?.DefaultVersionId;
    const { PolicyVersion } = await this.#iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }), {
      abortSignal,
    });
    return documentOf(PolicyVersion?.Document);
  }
}
