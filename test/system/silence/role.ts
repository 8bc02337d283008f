import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { Scene } from './scene.ts';

/** A role with all its policies, to be made again. */
export class Role {
  readonly #name: string;
  #trust = '';
  readonly #policies = new Map<string, string>();

  constructor(arn: string) {
    this.#name = arn.slice(arn.lastIndexOf('/') + 1);
  }

  async delete({ iam }: Scene): Promise<void> {
    const role = { RoleName: this.#name };
    const { Role: found } = await iam.send(new GetRoleCommand(role));
    this.#trust = decodeURIComponent(found?.AssumeRolePolicyDocument ?? '');
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand(role));
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ ...role, PolicyName }));
      this.#policies.set(PolicyName, decodeURIComponent(PolicyDocument));
      await iam.send(new DeleteRolePolicyCommand({ ...role, PolicyName }));
    }
    await iam.send(new DeleteRoleCommand(role));
  }

  async make({ iam }: Scene): Promise<void> {
    const role = { RoleName: this.#name };
    await iam.send(new CreateRoleCommand({ ...role, AssumeRolePolicyDocument: this.#trust }));
    for (const [PolicyName, PolicyDocument] of this.#policies)
      await iam.send(new PutRolePolicyCommand({ ...role, PolicyName, PolicyDocument }));
  }
}
