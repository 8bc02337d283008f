/** The twin: a real control plane, an emulated AWS with the cluster in it, and identities as EKS has them. */
import { join } from 'node:path';
import { CreateClusterCommand, DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { startAuthenticator } from './authenticator.ts';
import { type Binaries, binaries } from './binaries.ts';
import { Certificates } from './certificates.ts';
import { run } from './commands.ts';
import { type ControlPlane, type ControlPlaneOptions, chooseEndpoint, startControlPlane } from './control-plane.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from './emulator.ts';
import { clientSettings, Identities } from './identities.ts';
import { removeLeftovers } from './leftovers.ts';
import { Processes } from './processes.ts';
import { python } from './python.ts';
import { prepareRealNode, type RealNodeParts, startRealNode } from './real-node/up.ts';
import type { Report } from './report.ts';

export interface TwinOptions extends ControlPlaneOptions, EmulatorOptions {
  account?: string;
  region?: string;
  /** Name of the cluster. */
  cluster?: string;
  /** A real node beside the simulated ones, and the controller that tells it what to enforce. */
  realNode?: boolean;
}

export interface Twin extends ControlPlane, Partial<RealNodeParts> {
  binaries: Binaries;
  certificates: Certificates;
  processes: Processes;
  emulator: Emulator;
  identities: Identities;
  close(): Promise<void>;
}

/** The cluster as EKS knows it: API authentication, all control plane logs on. */
async function registerCluster(emulator: Emulator): Promise<void> {
  const settings = clientSettings(emulator);
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'eks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const role = await new IAMClient(settings).send(
    new CreateRoleCommand({ RoleName: 'eks-cluster', AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const eks = new EKSClient(settings);
  await eks.send(
    new CreateClusterCommand({
      name: emulator.cluster,
      version: '1.36',
      roleArn: role.Role?.Arn,
      resourcesVpcConfig: {
        subnetIds: ['subnet-0aa1', 'subnet-0aa2'],
        endpointPublicAccess: true,
        endpointPrivateAccess: true,
        publicAccessCidrs: ['203.0.113.0/24'],
      },
      accessConfig: { authenticationMode: 'API' },
      logging: { clusterLogging: [{ types: ['api', 'audit', 'authenticator'], enabled: true }] },
    }),
  );
  const state = async () => (await eks.send(new DescribeClusterCommand({ name: emulator.cluster }))).cluster?.status;
  while ((await state()) !== 'ACTIVE') await new Promise((resolve) => setTimeout(resolve, 50));
}

/**
 * Brings the twin up, without the stack under test.
 *
 * @throws MissingPrerequisite without Go or Python; ProcessError when a part does not come up
 */
export async function startTwin(report: Report, options: TwinOptions = {}): Promise<Twin> {
  const { account = '111122223333', region = 'us-east-1', cluster = 'twin' } = options;
  await removeLeftovers(report);
  const programs = options.realNode ? await prepareRealNode(report) : undefined;
  const packages = await python(report);
  const built = await binaries(report);
  const processes = new Processes();
  try {
    const certificates = new Certificates(processes.folder, built);
    await certificates.issue();
    const endpoint = await chooseEndpoint(certificates);
    const emulator = await startEmulator(
      processes,
      packages,
      certificates,
      endpoint,
      { account, region, cluster },
      options,
    );
    await registerCluster(emulator);
    report('AWS emulator ready');
    const tokenWebhook = await startAuthenticator(processes, built, certificates, emulator);
    const controlPlane = await startControlPlane(processes, built, certificates, endpoint, report, {
      ...options,
      kubelets: options.realNode === true,
      tokenWebhook,
      authorizationWebhook: emulator.authorizationWebhook,
    });
    const access = join(import.meta.dirname, 'manifests', 'access.yaml');
    await run(built.kubectl, [`--kubeconfig=${controlPlane.adminKubeconfig}`, 'apply', '-f', access]);
    const identities = new Identities(emulator, controlPlane);
    await identities.create();
    report('identities ready');
    const twin = {
      ...controlPlane,
      kubectl: built.kubectl,
      binaries: built,
      certificates,
      processes,
      emulator,
      identities,
    };
    const parts = programs && (await startRealNode(twin, programs, report));
    const close = async () => {
      await parts?.controller.stop();
      await processes.close();
    };
    return { ...twin, ...parts, close };
  } catch (error) {
    await processes.close();
    throw error;
  }
}
