/** Everybody who makes requests in the corpus. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { defined } from '../../functions/kit/defined.ts';
import { clientSettings, GITOPS, LONG_AGO, type RoleName, USER } from '../twin/identities.ts';
import { type Credentials, kubeRequest } from '../twin/kube.ts';
import type { Twin } from '../twin/twin.ts';
import type { Actor } from './client.ts';

/** A user name that tries to be more than text where it is shown; X.509 allows it. */
const HOSTILE_NAME = `mallory","groups":["system:masters"]} <b>x</b> {{7*7}} \u202Enimda`;

/** A session of one of the twin's roles. The authenticator turns `@` into `-` in the user name, not in the session's. */
export async function roleSession(twin: Twin, role: RoleName | string, session: string): Promise<Actor> {
  const name = role.slice(role.lastIndexOf('/') + 1);
  const { account } = twin.emulator;
  return {
    kind: 'iam-role',
    username: `arn:aws:sts::${account}:assumed-role/${name}/${session.replace(/@/g, '-')}`,
    principalArn: `arn:aws:iam::${account}:role/${name}`,
    sessionName: session,
    credentials: await twin.identities.roleToken(role, session),
  };
}

/** A ServiceAccount with a token from the API server. */
export const serviceAccount = async (twin: Twin, namespace: string, name: string): Promise<Actor> => ({
  kind: 'service-account',
  username: `system:serviceaccount:${namespace}:${name}`,
  credentials: await twin.identities.serviceAccountToken(namespace, name),
});

/** Makes an IAM role with an access entry, as old as people of a cluster are; its name may have a path. */
export async function makeRole(
  twin: Twin,
  role: string,
  access?: { groups?: string[]; policy?: string },
): Promise<void> {
  const { identities, emulator } = twin;
  const cut = role.lastIndexOf('/') + 1;
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: identities.arnOfRoot() }, Action: 'sts:AssumeRole' }],
  };
  await new IAMClient(clientSettings(emulator)).send(
    new CreateRoleCommand({
      RoleName: role.slice(cut),
      AssumeRolePolicyDocument: JSON.stringify(trust),
      ...defined({ Path: cut > 0 ? `/${role.slice(0, cut)}` : undefined }),
    }),
  );
  if (!access) return;
  await identities.grant(identities.arn('role', role), access, LONG_AGO);
  await admit(twin, role);
}

/**
 * Waits until the authenticator knows a role. A refused token stays refused for a while: each try has its own.
 *
 * @throws when it does not come to know it
 */
export async function admit(twin: Twin, role: string): Promise<void> {
  for (let tries = 0; tries < 50; tries++, await sleep(100)) {
    const credentials = await twin.identities.roleToken(role, `try-${tries}`);
    if ((await kubeRequest(twin.endpoint, credentials, { path: '/version' })).code !== 401) return;
  }
  throw new Error(`the role ${role} is not let in`);
}

async function certificate(
  twin: Twin,
  file: string,
  commonName: string,
  organizations: string[],
): Promise<Credentials> {
  await twin.certificates.issue({ name: file, commonName, organizations });
  return twin.certificates.pair(file);
}

const NODE = 'system:node:ip-10-0-1-11.ec2.internal';

/** All actors by the names that the cases use. */
export async function cast(twin: Twin) {
  const { identities } = twin;
  await makeRole(twin, 'teams/payments/PaymentsDeployer', { groups: ['developers'] });
  await makeRole(twin, 'Labeler', { groups: ['labelers'] });
  const nobody: Actor = { kind: 'anonymous', credentials: { token: 'not-a-token' } };
  return {
    alice: await roleSession(twin, 'Dev', 'alice@example.com'),
    bob: await roleSession(twin, 'Dev', 'bob@example.com'),
    pipeline: await roleSession(twin, 'CI', 'GitHubActions'),
    payments: await roleSession(twin, 'teams/payments/PaymentsDeployer', 'botocore-session-1795460516'),
    /** May patch namespaces, and not create them. */
    labeler: await roleSession(twin, 'Labeler', 'EKSGetTokenAuth'),
    viewer: await roleSession(twin, 'Viewer', 'vera'),
    support: await roleSession(twin, 'Support', 'sam'),
    /** Administrator by access policy. */
    admin: await roleSession(twin, 'Admin', 'dana@example.com'),
    /** An IAM role without an access entry. */
    outsider: { ...nobody, credentials: await identities.roleToken('Outsider', 'eve') },
    deployer: {
      kind: 'iam-user',
      username: identities.arn('user', USER),
      principalArn: identities.arn('user', USER),
      credentials: await identities.userToken(),
    },
    gitops: await serviceAccount(twin, GITOPS.namespace, GITOPS.name),
    operator: await serviceAccount(twin, 'platform', 'tenant-operator'),
    /** The ServiceAccount that every pod has that asks for none. */
    pod: await serviceAccount(twin, 'platform', 'default'),
    node: { kind: 'node', username: NODE, credentials: await certificate(twin, 'node', NODE, ['system:nodes']) },
    carol: { kind: 'user', username: 'carol', credentials: await certificate(twin, 'carol', 'carol', ['developers']) },
    mallory: {
      kind: 'user',
      username: HOSTILE_NAME,
      credentials: await certificate(twin, 'mallory', HOSTILE_NAME, ['developers']),
    },
    /** In `system:masters`, which nothing refuses. */
    root: { kind: 'user', username: 'kubernetes-admin', credentials: twin.admin },
    anonymous: { kind: 'anonymous', username: 'system:anonymous', credentials: 'anonymous' },
    badToken: nobody,
  } satisfies Record<string, Actor>;
}

export type ActorName = keyof Awaited<ReturnType<typeof cast>>;
