import { Command, InvalidArgumentError } from 'commander';
import { type HelpText, withHelp } from './help.ts';
import type { CommandRun } from './program.ts';

const HELP: HelpText = {
  about: `
The folder is a copy of the evidence bucket (or of the part of it below containment/ and snapshots/), or one that "contain"
has made. The hash stands in the message that said how the playbook ended, and in the findings table. No cluster and no
account is asked: it works when both are gone.`,
  examples: [
    'aws s3 cp --recursive s3://BUCKET/ evidence/',
    'sentinel verify-evidence evidence/ --hash 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  ],
  exit: {
    done: 'every file is as it was',
    attention: 'one was changed, added or is missing',
    wrong: 'wrong input, or it cannot be read',
  },
};

function hash(text: string): string {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new InvalidArgumentError('A SHA-256 has 64 hex digits.');
  return text.toLowerCase();
}

/** `sentinel verify-evidence`: whether the files of a run are those that it stored. */
export function verifyEvidenceCommand(run: CommandRun): Command {
  return withHelp(new Command('verify-evidence'), HELP)
    .description('Tests whether the evidence of a run is as it was stored, by the hash of its list of hashes.')
    .argument('<directory>', 'that holds "containment/"')
    .requiredOption(
      '--hash <sha256>',
      'of the list of hashes, as the message about the end of the playbook has it',
      hash,
    )
    .option('--json', 'print the result as one line of JSON')
    .action(
      run(async (task, directory: string, options: { hash: string; json?: boolean }) => {
        const { verifyEvidence } = await import('./evidence/verify.ts');
        return verifyEvidence(directory, options, task);
      }),
    );
}
