import type { CheckClients } from '../checks/check.ts';
import type { LogQuestion, LogSearch, LogSource } from '../clients/logs/log-search.ts';
import { isElsewhere } from '../contract/elsewhere.ts';
import { LogSourceMissing } from '../contract/errors.ts';
import type { Finding } from '../contract/finding.ts';
import { defined } from '../kit/defined.ts';

/** The logs that a centralization rule copies; those of containers and of the network are in groups of other names. */
const COPIED: readonly LogSource[] = ['audit', 'api-server', 'authenticator'];

/**
 * What can be asked about a finding. Of a cluster in another account or Region these are the copies of its logs, and what people have
 * said of its creators. Everything else would answer about this account, where there may be a cluster of the same name.
 */
export const clientsFor = (finding: Finding, clients: CheckClients): CheckClients =>
  isElsewhere(finding)
    ? defined({ logs: clients.logs && new CopiedLogs(clients.logs, finding), baseline: clients.baseline })
    : clients;

/** Asks the log group from which the finding is, about lines of its account and Region alone. */
class CopiedLogs implements LogSearch {
  readonly #logs: LogSearch;
  readonly #finding: Finding;

  constructor(logs: LogSearch, finding: Finding) {
    this.#logs = logs;
    this.#finding = finding;
  }

  async ask(question: LogQuestion, signal: AbortSignal): ReturnType<LogSearch['ask']> {
    const { cluster, source } = this.#finding;
    const { account, region } = cluster;
    if (!COPIED.includes(question.source) || source.logGroup === undefined)
      throw new LogSourceMissing(
        'the cluster is in another account or Region, and only the logs of its control plane are copied to here',
      );
    if (account === undefined || region === undefined)
      throw new LogSourceMissing('it is not known from which account and Region the record is');
    return this.#logs.ask({ ...question, logGroup: source.logGroup, origin: { account, region } }, signal);
  }
}
