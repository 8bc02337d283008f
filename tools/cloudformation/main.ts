/** `npm run cloudformation`: the template and the code for those who deploy without the CDK (docs/deploy-without-cdk.md). */
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { EXIT } from '../../bin/commands/io.ts';
import { runProcess } from '../../bin/commands/program.ts';
import { PACKAGE_ROOT } from '../../bin/package-root.ts';
import { defined } from '../../functions/kit/defined.ts';
import { TEMPLATE_FILE, writeRelease } from './release.ts';

const { version } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as { version: string };

await runProcess((run) =>
  new Command('cloudformation')
    .description(
      'Writes a CloudFormation template and the code of the functions, for accounts in which the CDK is not used. Without --config, ' +
        'the template has parameters for one cluster and one address.',
    )
    .option('--config <file>', 'a configuration: what it says is written into the template')
    .option('--out <folder>', 'where to write', 'dist/cloudformation')
    .action(
      run(async (task, { config, out }: { config?: string; out: string }) => {
        const folder = resolve(out);
        const parameters = await writeRelease({
          out: folder,
          ...defined({ config }),
          version,
          report: (text) => task.note(text),
        });
        task.note(
          `Template: ${join(relative('.', folder) || '.', TEMPLATE_FILE)}, with the parameters ${parameters.join(', ')}.`,
        );
        task.note('How to deploy it: docs/deploy-without-cdk.md.');
        return EXIT.done;
      }),
    ),
);
