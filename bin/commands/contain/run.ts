import type { Mode } from '../../../functions/contract/containment.ts';
import { InputError } from '../../input/input.ts';
import { localClients } from '../../local/playbooks.ts';
import { harmless } from '../harmless.ts';
import type { ExitCode, Io } from '../io.ts';
import { KubeconfigCluster } from './cluster.ts';
import { askAtTerminal, isTerminal } from './question.ts';
import { start } from './start.ts';
import { folderFor, targetIn, uidOf } from './target.ts';

export interface ContainOptions {
  kubeconfig: string;
  namespace: string;
  uid?: string;
  mode: Mode;
  accept: string[];
  yes?: boolean;
  out?: string;
  json?: boolean;
  cluster?: string;
  asMyself?: boolean;
}

/** @throws {InputError}, and what the kubeconfig or the cluster answers */
export async function runContain(options: ContainOptions, io: Io): Promise<ExitCode> {
  const { namespace, mode, accept, yes = false, json = false, asMyself = false } = options;
  if (mode === 'remove' && !yes && !isTerminal(io))
    throw new InputError('the mode "remove" asks at the terminal, and this is none: use --yes, or another mode');
  const cluster = await KubeconfigCluster.open(options.kubeconfig, options.cluster);
  const uid = await uidOf(namespace, options.uid, cluster.own, AbortSignal.timeout(30_000));
  const directory = options.out ?? folderFor(namespace, uid);
  const target = await targetIn(localClients(directory).store, cluster.cluster, namespace, uid);
  io.stderr.write(`${harmless(`Namespace ${namespace}, UID ${uid}, cluster ${target.cluster.name}; mode ${mode}`)}\n`);
  return start(
    {
      ...{ playbook: 'contain', target, cluster, asMyself, directory, json, input: { mode, accept } },
      answer: (question) => askAtTerminal(question, io, yes),
    },
    io,
  );
}
