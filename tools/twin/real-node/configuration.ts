/** Configuration files of the node's programs. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyPair } from '../certificates.ts';
import { CLUSTER_DOMAIN, DNS_SERVICE, NODE_ADDRESS } from './place.ts';
import { type NodePrograms, PAUSE_IMAGE } from './programs.ts';

/** Files and folders of the node, all below the twin's folder. */
export interface NodeFiles {
  folder: string;
  containerdConfig: string;
  containerdSocket: string;
  kubeletConfig: string;
  kubeletRoot: string;
  /** Where the agent runs: it takes its eBPF objects from there. */
  agentFolder: string;
  agentLog: string;
}

export function nodeFiles(runFolder: string): NodeFiles {
  const folder = join(runFolder, 'node');
  const at = (name: string) => join(folder, name);
  return {
    folder,
    containerdConfig: at('containerd.toml'),
    containerdSocket: at('containerd.sock'),
    kubeletConfig: at('kubelet.json'),
    kubeletRoot: at('kubelet'),
    agentFolder: at('agent'),
    agentLog: at('agent.log'),
  };
}

const containerdConfig = (files: NodeFiles): string => `version = 3
root = "${join(files.folder, 'containerd')}"
state = "/run/containerd"
disabled_plugins = ["io.containerd.nri.v1.nri"]
[grpc]
  address = "${files.containerdSocket}"
[plugins."io.containerd.cri.v1.images".pinned_images]
  sandbox = "${PAUSE_IMAGE}"
[plugins."io.containerd.cri.v1.runtime"]
  restrict_oom_score_adj = true
[plugins."io.containerd.cri.v1.runtime".cni]
  bin_dirs = ["${join(files.folder, 'cni', 'bin')}"]
  conf_dir = "${join(files.folder, 'cni', 'conf')}"
  use_internal_loopback = true
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
  [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
    BinaryName = "runc"
    SystemdCgroup = false
`;

/** As the VPC CNI writes it to a node. */
const cniConfig = (files: NodeFiles): object => ({
  cniVersion: '0.4.0',
  name: 'aws-cni',
  disableCheck: true,
  plugins: [
    {
      name: 'aws-cni',
      type: 'aws-cni',
      vethPrefix: 'eni',
      mtu: '1500',
      podSGEnforcingMode: 'standard',
      pluginLogFile: join(files.folder, 'cni.log'),
      pluginLogLevel: 'DEBUG',
      capabilities: { 'io.kubernetes.cri.pod-annotations': true },
    },
  ],
});

const kubeletConfig = (files: NodeFiles, ca: string, serving: KeyPair): object => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  failCgroupV1: false,
  cgroupDriver: 'cgroupfs',
  containerRuntimeEndpoint: `unix://${files.containerdSocket}`,
  authentication: { x509: { clientCAFile: ca }, webhook: { enabled: true }, anonymous: { enabled: false } },
  authorization: { mode: 'Webhook' },
  tlsCertFile: serving.certificate,
  tlsPrivateKeyFile: serving.key,
  address: NODE_ADDRESS,
  healthzBindAddress: '127.0.0.1',
  clusterDomain: CLUSTER_DOMAIN,
  clusterDNS: [DNS_SERVICE],
  resolvConf: '',
  podLogsDir: join(files.folder, 'pod-logs'),
  failSwapOn: false,
  imageGCHighThresholdPercent: 100, // images come from nowhere but the archives
  evictionHard: { 'memory.available': '100Mi' },
  localStorageCapacityIsolation: false,
  nodeStatusUpdateFrequency: '5s',
  syncFrequency: '5s',
  registerNode: true,
});

/** Writes all of it. */
export function configure(files: NodeFiles, programs: NodePrograms, ca: string, serving: KeyPair): void {
  const bin = join(files.folder, 'cni', 'bin');
  const conf = join(files.folder, 'cni', 'conf');
  for (const folder of [bin, conf, files.agentFolder]) mkdirSync(folder, { recursive: true });
  symlinkSync(programs.cniPlugin, join(bin, 'aws-cni'));
  writeFileSync(join(conf, '10-aws.conflist'), JSON.stringify(cniConfig(files)));
  writeFileSync(files.containerdConfig, containerdConfig(files));
  writeFileSync(files.kubeletConfig, JSON.stringify(kubeletConfig(files, ca, serving)));
  for (const name of ['tc.v4ingress', 'tc.v4egress', 'v4events'])
    symlinkSync(join(programs.bpf, `${name}.bpf.o`), join(files.agentFolder, `${name}.bpf.o`));
  writeFileSync(join(files.agentFolder, 'aws-eks-na-cli'), ''); // the agent copies it, and does not run it
}
