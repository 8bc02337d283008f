/** The programs of the twin, built from the pinned Go modules in `go/` by the Go toolchain of the machine. */
import { join } from 'node:path';
import { cached, contentKey, filesOf } from './cache.ts';
import { MissingPrerequisite, run } from './commands.ts';
import type { Report } from './report.ts';

export interface Binaries {
  etcd: string;
  apiServer: string;
  controllerManager: string;
  scheduler: string;
  kubectl: string;
  kwok: string;
  authenticator: string;
  certificates: string;
}

/** Kept equal to the version in `go/controlplane/go.mod`; a test holds that. */
export const KUBERNETES_VERSION = '1.36.3';
const [MAJOR, MINOR] = KUBERNETES_VERSION.split('.');

/** Without these the programs say they are v0.0.0, to each other and in their user agents. */
const VERSION_FLAGS = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
  .flatMap((name) => [
    `-X ${name}.gitVersion=v${KUBERNETES_VERSION}`,
    `-X ${name}.gitMajor=${MAJOR}`,
    `-X ${name}.gitMinor=${MINOR}`,
  ])
  .join(' ');

/** Kept equal to the version in `go/containerd/go.mod`; a test holds that. */
export const CONTAINERD_VERSION = '2.3.7';
const CONTAINERD = 'github.com/containerd/containerd/v2';
/** The network policy agent of the VPC CNI. */
export const AGENT_MODULE = 'github.com/aws/aws-network-policy-agent';

interface Module {
  packages: string[];
  /** Folder in `go/`; default: the module's name. */
  source?: string;
  flags?: string;
  tags?: string;
  /** What a person reads while it is built. */
  what: string;
}

const MODULES = {
  controlplane: {
    packages: [
      'go.etcd.io/etcd/server/v3',
      'k8s.io/kubernetes/cmd/kube-apiserver',
      'k8s.io/kubernetes/cmd/kube-controller-manager',
      'k8s.io/kubernetes/cmd/kube-scheduler',
      'k8s.io/kubernetes/cmd/kubectl',
    ],
    flags: VERSION_FLAGS,
    what: `etcd, Kubernetes ${KUBERNETES_VERSION} and kubectl (5 to 6 minutes on two cores)`,
  },
  authenticator: {
    packages: ['sigs.k8s.io/aws-iam-authenticator/cmd/aws-iam-authenticator'],
    what: 'aws-iam-authenticator (2 to 4 minutes)',
  },
  kwok: { packages: ['sigs.k8s.io/kwok/cmd/kwok'], what: 'kwok (1 to 2 minutes)' },
  certificates: { packages: ['.'], what: 'the certificate maker' },
  kubelet: {
    source: 'controlplane',
    packages: ['k8s.io/kubernetes/cmd/kubelet'],
    flags: VERSION_FLAGS,
    what: 'the kubelet (2 to 5 minutes)',
  },
  containerd: {
    packages: ['containerd', 'containerd-shim-runc-v2', 'ctr'].map((name) => `${CONTAINERD}/cmd/${name}`),
    flags: `-X ${CONTAINERD}/version.Version=v${CONTAINERD_VERSION}`,
    tags: 'no_btrfs no_devmapper no_zfs no_tracing',
    what: `containerd ${CONTAINERD_VERSION} (1 to 5 minutes)`,
  },
  ipamd: {
    packages: ['.', AGENT_MODULE, 'github.com/aws/amazon-vpc-cni-k8s/cmd/routed-eni-cni-plugin'],
    what: "AWS's network policy agent and CNI plugin (3 to 13 minutes)",
  },
  node: { packages: ['.'], what: "the node's small programs" },
  oracle: { packages: ['.'], what: "what asks the API server's own code about requests (1 minute)" },
} satisfies Record<string, Module>;

type ModuleName = keyof typeof MODULES;

/** Folder of a Go module of the twin. */
export const goModule = (name: string): string => join(import.meta.dirname, 'go', name);

/**
 * The folder with the programs of a module, built where the cache lacks it.
 *
 * @throws MissingPrerequisite when there is no Go
 */
export async function build(name: ModuleName, report: Report): Promise<string> {
  const { packages, flags = '', tags = '', what, source: folderName = name }: Module = MODULES[name];
  const source = goModule(folderName);
  const ldflags = `-s -w ${flags}`.trim();
  const tagged = tags ? ['-tags', tags] : [];
  return cached(
    name,
    await contentKey(await filesOf(source), ldflags, ...tagged, process.platform, process.arch),
    async (folder) => {
      report(`building ${what}`);
      const args = ['-mod=readonly', '-buildvcs=false', ...tagged, '-ldflags', ldflags, '-o', `${folder}/`];
      await run('go', ['build', ...args, ...packages], {
        cwd: source,
        env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '' },
        timeoutMs: 60 * 60_000,
      }).catch((error) => {
        if (!(error instanceof MissingPrerequisite)) throw error;
        throw new MissingPrerequisite(
          'Go is not installed. The twin builds Kubernetes with it: install Go 1.26 or newer (https://go.dev/dl) and make ' +
            '`go version` work in this shell.',
        );
      });
    },
  );
}

/**
 * The programs, built where the cache lacks them: one module at a time, as each uses all cores.
 *
 * @throws MissingPrerequisite when there is no Go
 */
export async function binaries(report: Report): Promise<Binaries> {
  const certificates = await build('certificates', report);
  const controlPlane = await build('controlplane', report);
  const kwok = await build('kwok', report);
  const authenticator = await build('authenticator', report);
  return {
    etcd: join(controlPlane, 'server'), // the package's name
    apiServer: join(controlPlane, 'kube-apiserver'),
    controllerManager: join(controlPlane, 'kube-controller-manager'),
    scheduler: join(controlPlane, 'kube-scheduler'),
    kubectl: join(controlPlane, 'kubectl'),
    kwok: join(kwok, 'kwok'),
    authenticator: join(authenticator, 'aws-iam-authenticator'),
    certificates: join(certificates, 'certificates'),
  };
}

/** The program of `go/oracle`, which says what Go and the API server make of a request. @throws MissingPrerequisite when there is no Go */
export const oracle = async (report: Report): Promise<string> => join(await build('oracle', report), 'oracle');
