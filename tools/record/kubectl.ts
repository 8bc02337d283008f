/** Runs kubectl and reads from its own log what it sent and what it was answered. */
import { defined } from '../../functions/kit/defined.ts';
import { finish } from '../twin/commands.ts';

interface KubectlExchange {
  method: string;
  url: string;
  contentType?: string;
  code: number;
  auditID: string | null;
}

export interface KubectlRun {
  code: number;
  stdout: string;
  /** Without the log. */
  stderr: string;
  exchanges: KubectlExchange[];
}

/** At this verbosity kubectl writes the headers of requests and answers, and bodies only in their beginning. */
const VERBOSITY = '-v=8';
const REQUEST = /"Request" verb="(?<method>[A-Z]+)" url="(?<url>[^"]*)" headers=<\n(?<sent>(?:\t.*\n)*)/;
const RESPONSE = /"Response" status="(?<code>\d+) [^"]*" headers=<\n(?<received>(?:\t.*\n)*)/;
const EITHER = new RegExp(`${REQUEST.source}|${RESPONSE.source.replace('<code>', '<status>')}`, 'g');

const header = (headers: string, name: string): string | undefined =>
  new RegExp(`^\\t${name}: (.*)$`, 'im').exec(headers)?.[1];

/**
 * The exchanges that change something: kubectl sends these one after the other, so the next answer is theirs. (It reads
 * in parallel.)
 */
function exchangesIn(log: string): KubectlExchange[] {
  const exchanges: KubectlExchange[] = [];
  let open: { method: string; url: string; sent: string } | undefined;
  for (const { groups = {} } of log.matchAll(EITHER)) {
    const { method, url, sent = '', status, received = '' } = groups;
    if (method && url) open = method === 'GET' ? undefined : { method, url, sent };
    else if (open) {
      const contentType = header(open.sent, 'Content-Type');
      exchanges.push({
        method: open.method,
        url: open.url,
        ...defined({ contentType: contentType || undefined }),
        code: Number(status),
        auditID: header(received, 'Audit-Id') ?? null,
      });
      open = undefined;
    }
  }
  return exchanges;
}

/** Runs kubectl to its end; a refusal is an answer, not a failure. */
export async function kubectl(
  program: string,
  kubeconfig: string,
  home: string,
  args: string[],
  input?: string,
): Promise<KubectlRun> {
  const { code, stdout, stderr } = await finish(program, [VERBOSITY, '--kubeconfig', kubeconfig, ...args], {
    env: { PATH: process.env.PATH, HOME: home, KUBECACHEDIR: `${home}/kubectl-cache` },
    timeoutMs: 60_000,
    ...defined({ input }),
  });
  const plain = stderr.split('\n').filter((line) => !/^(?:[IWE]\d{4} |\t| >)/.test(line));
  return { code, stdout, stderr: plain.join('\n'), exchanges: exchangesIn(stderr) };
}
