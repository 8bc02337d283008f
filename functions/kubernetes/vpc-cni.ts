/** The network policy agent of the VPC CNI, as the pods of its DaemonSet `aws-node` are configured. */
import { record, records, text, texts } from '../kit/json.ts';

/** Its container: as the add-on names it, and as its repository does. */
const NAMES = ['aws-eks-nodeagent', 'aws-network-policy-agent'];
/** Without a value it is on; of several, the last one counts (pkg/config/controller_config.go of aws/aws-network-policy-agent). */
const FLAG = /^--enable-network-policy(?:=(?<value>.*))?$/;
/** What Go's strconv.ParseBool takes for true. */
const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];

/** The name of the agent's container, and whether it enforces; undefined where there is none. @param spec of a pod */
export function nodeAgentIn(spec: unknown): { container: string; isOn: boolean } | undefined {
  const container = records(record(spec)['containers']).find(({ name }) => NAMES.includes(text(name) ?? ''));
  if (!container) return undefined;
  const values = [...texts(container['command']), ...texts(container['args'])].flatMap((arg) => {
    const flag = FLAG.exec(arg);
    return flag ? [flag.groups?.['value'] ?? 'true'] : [];
  });
  return { container: text(container['name']) ?? '', isOn: TRUE.includes(values.at(-1) ?? '') };
}

/** The same of a DaemonSet. */
export const nodeAgentOf = (daemonSet: object): ReturnType<typeof nodeAgentIn> =>
  nodeAgentIn(record(record(record(daemonSet)['spec'])['template'])['spec']);
