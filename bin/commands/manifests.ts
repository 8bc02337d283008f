import { Command } from 'commander';
import { type HelpText, withHelp } from './help.ts';
import type { CommandRun } from './program.ts';

const HELP: HelpText = {
  about: `
The folder gets a copy of cluster/ and a kustomization that puts in what the configuration says under
containment.protectedNamespaces and containment.exempt. The same configuration always gives the same files. It talks to
no cluster; apply the folder yourself, to each cluster of the configuration.`,
  examples: [
    'sentinel manifests --config sentinel.config.yaml --out cluster-side',
    'kubectl apply -k cluster-side',
    'sentinel preflight --side cluster --config sentinel.config.yaml',
  ],
  exit: { done: 'done', wrong: 'wrong input' },
};

/** `sentinel manifests`: what a cluster needs, with the lists of the configuration. */
export function manifestsCommand(run: CommandRun): Command {
  return withHelp(new Command('manifests'), HELP)
    .description('Writes the manifests for the cluster side, with the lists of the configuration.')
    .option('--config <file>', 'the configuration of the stack', 'sentinel.config.yaml')
    .requiredOption('--out <folder>', 'where to write: a new or empty folder, or one that a command of ours has made')
    .action(
      run(async (task, options: { config: string; out: string }) => {
        const { writeManifests } = await import('./manifests/run.ts');
        return writeManifests(options, task);
      }),
    );
}
