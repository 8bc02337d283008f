/** A person who pastes the lines that a playbook proposes into a terminal, in an empty folder. */
import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { printProposed } from '../../../functions/contract/commands/print.ts';
import { COMMANDS } from '../../../functions/contract/commands/table.ts';
import type { Proposal } from '../../../functions/contract/containment.ts';
import type { Cluster } from '../../../tools/twin/cluster.ts';
import { type Finished, finish } from '../../../tools/twin/commands.ts';

/** How a known command begins: `kubectl delete --raw`. */
export const startOf = (argv: readonly string[]): string =>
  COMMANDS.map(({ start }) => start)
    .filter((start) => start.split(' ').every((word, index) => argv[index] === word))
    .sort((a, b) => b.length - a.length)[0] ?? argv.join(' ');

export class Terminal {
  /** How the commands begin that were run, and did what they say. */
  readonly ran = new Set<string>();
  readonly #programs: string;
  readonly #env: NodeJS.ProcessEnv;

  /**
   * @param folder where the programs are put, and which whoever made it takes away
   * @param programs paths, by the name that a line calls
   */
  constructor(folder: string, programs: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv) {
    this.#programs = mkdtempSync(join(folder, 'programs-'));
    this.#env = env;
    for (const [name, path] of Object.entries(programs)) symlinkSync(path, join(this.#programs, name));
  }

  /** @param kubeconfig whose rights the person has */
  static forKubectl(
    { kubectl, processes, adminKubeconfig }: Pick<Cluster, 'kubectl' | 'adminKubeconfig' | 'processes'>,
    kubeconfig = adminKubeconfig,
  ): Terminal {
    return new Terminal(processes.folder, { kubectl }, { KUBECONFIG: kubeconfig, KUBE_EDITOR: 'true' });
  }

  /** Pastes the line that is printed of a command. @throws where it is not printed at all */
  async paste(argv: readonly string[], cwd?: string): Promise<Finished> {
    const [printed] = printProposed([argv]);
    if (!printed || !('line' in printed)) throw new Error(`not printed: ${argv.join(' ')}: ${JSON.stringify(printed)}`);
    return this.pasteLine(printed.line, cwd);
  }

  async pasteLine(line: string, cwd = mkdtempSync(join(this.#programs, 'paste-'))): Promise<Finished> {
    mkdirSync(cwd, { recursive: true });
    // Programs keep caches at home.
    const env = { ...this.#env, PATH: `${this.#programs}:/usr/bin:/bin`, HOME: this.#programs };
    return finish('/bin/sh', ['-c', line], { cwd, env, timeoutMs: 60_000 });
  }

  /** Pastes all of them, one after the other. @throws where one does not succeed */
  async pasteAll(commands: readonly (readonly string[])[], cwd?: string): Promise<string> {
    let output = '';
    for (const argv of commands) {
      const { code, stdout, stderr } = await this.paste(argv, cwd);
      if (code !== 0) throw new Error(`${argv.join(' ')}: exit code ${code}\n${stderr}${stdout}`);
      this.ran.add(startOf(argv));
      output += stdout;
    }
    return output;
  }
}

/** The commands of the proposals whose text says this. @throws where there are none */
export function commandsAbout(proposals: readonly Proposal[], text: string | RegExp): string[][] {
  const found = proposals.filter((proposal) => new RegExp(text).test(proposal.text));
  const commands = found.flatMap((proposal) => proposal.commands ?? []);
  if (commands.length === 0)
    throw new Error(`nothing is proposed about ${text}, but: ${proposals.map((proposal) => proposal.text).join('\n')}`);
  return commands;
}
