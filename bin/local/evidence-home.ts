/** Where this computer keeps what containments wrote down, unless it is said. */
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { UID } from '../../functions/kubernetes/names/kubernetes.ts';
import { InputError } from '../input/input.ts';

/** Names a folder in it. */
interface Kept {
  cluster: string;
  namespace: string;
  uid: string;
}

/** `$XDG_STATE_HOME/namespace-sentinel/containment`; a relative `$XDG_STATE_HOME` is ignored, as its specification has it. */
export function evidenceHome(environment: NodeJS.ProcessEnv = process.env): string {
  const state = environment['XDG_STATE_HOME'] ?? '';
  const base = isAbsolute(state) ? state : join(homedir(), '.local', 'state');
  return join(base, 'namespace-sentinel', 'containment');
}

/** The folder of one namespace: `<home>/<cluster>/<namespace>-<uid>`. @throws {InputError} when the UID is not a name */
export function evidenceFolder({ cluster, namespace, uid }: Kept): string {
  if (!UID.test(uid))
    throw new InputError(`the cluster gives the namespace ${namespace} a UID that is not one: ${uid}`);
  return join(evidenceHome(), cluster, `${namespace}-${uid}`);
}

/** The folders that are there of namespaces with this name. */
export async function evidenceFolders(cluster: string, namespace: string): Promise<string[]> {
  const folder = join(evidenceHome(), cluster);
  const names = await readdir(folder).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => name.startsWith(`${namespace}-`) && UID.test(name.slice(namespace.length + 1)))
    .sort()
    .map((name) => join(folder, name));
}
