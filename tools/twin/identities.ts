/** The people and machines of the twin's cluster: IAM roles and users with EKS access entries, and a GitOps controller. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssociateAccessPolicyCommand, CreateAccessEntryCommand, EKSClient } from '@aws-sdk/client-eks';
import { CreateAccessKeyCommand, CreateRoleCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { ControlPlane } from './control-plane.ts';
import type { Emulator } from './emulator.ts';
import { kubeconfig, kubeRequest } from './kube.ts';
import { type AwsCredentials, eksToken } from './token.ts';

/** IAM roles by name, with what their access entry gives; without an entry a role may not speak to the cluster. */
const ROLES = {
  /** Developers: namespaces and workloads. */
  Dev: { groups: ['developers'] },
  /** The pipeline, with more than it needs. */
  CI: { groups: ['pipelines'] },
  /** May read only. */
  Viewer: { groups: ['viewers'] },
  /** May act as the user jane.doe and as the group developers. */
  Support: { groups: ['support'] },
  /** Cluster administrator by EKS access policy, outside of RBAC. */
  Admin: { policy: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy' },
  /** Exists in IAM, has no access entry. */
  Outsider: undefined,
} satisfies Record<string, { groups?: string[]; policy?: string } | undefined>;

export type RoleName = keyof typeof ROLES;

/** An IAM user with access keys; developers' rights. */
export const USER = 'deployer';

/** The GitOps controller's ServiceAccount, cluster administrator by RBAC. */
export const GITOPS = { namespace: 'flux-system', name: 'kustomize-controller' };

/** As long as STS allows: a person may leave the twin running. */
const SESSION_SECONDS = 12 * 60 * 60;

/** When what stands in the cluster for long is said to have been made. */
export const LONG_AGO = new Date(Date.now() - 90 * 24 * 60 * 60_000);

export class Identities {
  readonly #emulator: Emulator;
  readonly #controlPlane: ControlPlane;
  readonly #sts: STSClient;
  readonly #iam: IAMClient;
  readonly #eks: EKSClient;
  #userKey: AwsCredentials | undefined;

  constructor(emulator: Emulator, controlPlane: ControlPlane) {
    this.#emulator = emulator;
    this.#controlPlane = controlPlane;
    const root = clientSettings(emulator);
    this.#sts = new STSClient(root);
    this.#iam = new IAMClient(root);
    this.#eks = new EKSClient(root);
  }

  arn(kind: 'role' | 'user', name: string): string {
    return `arn:aws:iam::${this.#emulator.account}:${kind}/${name}`;
  }

  /** Makes the roles, the user, and their access entries, as old as people of a cluster are. */
  async create(): Promise<void> {
    for (const [name, access] of Object.entries<{ groups?: string[]; policy?: string } | undefined>(ROLES)) {
      await this.#iam.send(
        new CreateRoleCommand({
          RoleName: name,
          AssumeRolePolicyDocument: this.trustPolicy(),
          MaxSessionDuration: SESSION_SECONDS,
        }),
      );
      if (access) await this.grant(this.arn('role', name), access, LONG_AGO);
    }
    await this.#iam.send(new CreateUserCommand({ UserName: USER }));
    const { AccessKey: key } = await this.#iam.send(new CreateAccessKeyCommand({ UserName: USER }));
    this.#userKey = { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
    await this.grant(this.arn('user', USER), { groups: ['developers'] }, LONG_AGO);
  }

  arnOfRoot(): string {
    return `arn:aws:iam::${this.#emulator.account}:root`;
  }

  /** Lets the account's root assume a role. */
  trustPolicy(): string {
    const statement = { Effect: 'Allow', Principal: { AWS: this.arnOfRoot() }, Action: 'sts:AssumeRole' };
    return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  }

  /**
   * Makes an access entry, and associates an access policy with it for the whole cluster.
   *
   * @param made what EKS says about when the entry was made; default: now
   */
  async grant(principalArn: string, access: { groups?: string[]; policy?: string }, made?: Date): Promise<void> {
    const clusterName = this.#emulator.cluster;
    const tags: Record<string, string> = made ? { 'twin:createdAt': `${made.getTime() / 1000}` } : {};
    await this.#eks.send(
      new CreateAccessEntryCommand({ clusterName, principalArn, kubernetesGroups: access.groups ?? [], tags }),
    );
    if (!access.policy) return;
    const accessScope = { type: 'cluster' as const };
    await this.#eks.send(
      new AssociateAccessPolicyCommand({ clusterName, principalArn, policyArn: access.policy, accessScope }),
    );
  }

  /** A session of a role; the session's name is the caller's choice, as on AWS. */
  async assume(role: string, session: string): Promise<AwsCredentials> {
    const { Credentials: given } = await this.#sts.send(
      new AssumeRoleCommand({
        RoleArn: this.arn('role', role),
        RoleSessionName: session,
        DurationSeconds: SESSION_SECONDS,
      }),
    );
    return {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    };
  }

  /** A bearer token of a role's session. */
  async roleToken(role: string, session: string): Promise<{ token: string }> {
    return this.token(await this.assume(role, session));
  }

  /** A bearer token of the IAM user. */
  async userToken(): Promise<{ token: string }> {
    if (!this.#userKey) throw new Error('the identities are not made yet');
    return this.token(this.#userKey);
  }

  async token(credentials: AwsCredentials): Promise<{ token: string }> {
    return { token: await eksToken(this.#emulator.cluster, this.#emulator.region, credentials) };
  }

  /** A token of a ServiceAccount, from the API server. */
  async serviceAccountToken(namespace: string, name: string): Promise<{ token: string }> {
    const { endpoint, admin } = this.#controlPlane;
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } };
    const answer = await kubeRequest(endpoint, admin, { method: 'POST', path, body });
    const { token } = (answer.json?.status ?? {}) as { token?: string };
    if (!token) throw new Error(`no token for ${namespace}/${name}: ${answer.text}`);
    return { token };
  }

  /**
   * Writes a kubeconfig with which kubectl acts as a role's session: it asks for a token as with `aws eks get-token`.
   *
   * @returns its path
   */
  async roleKubeconfig(role: string, session: string, folder: string): Promise<string> {
    const credentials = await this.assume(role, session);
    const file = join(folder, `${role}-${session.replace(/[^\w.-]/g, '-')}.kubeconfig`);
    const exec = {
      command: process.execPath,
      args: [join(import.meta.dirname, 'exec-credential.ts'), this.#emulator.cluster, this.#emulator.region],
      env: {
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
      },
    };
    writeFileSync(file, kubeconfig(this.#controlPlane.endpoint, role, { exec }), { mode: 0o600 });
    return file;
  }
}

/** Settings for an AWS SDK client that acts as the account's root. */
export function clientSettings(emulator: Emulator) {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = emulator.environment;
  return { endpoint: emulator.url, region: emulator.region, credentials: { accessKeyId, secretAccessKey } };
}
