/** `npm run deploy`: preflight, then `cdk deploy` with the same arguments. `-- --skip-preflight` leaves preflight out. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Command } from 'commander';
import { runProcess } from '../../bin/commands/program.ts';
import { deploy } from './deploy.ts';

const ROOT = join(import.meta.dirname, '../..');

const args = process.argv.slice(2);
const profile = args[args.indexOf('--profile') + 1];
// As the AWS CDK takes it.
if (args.includes('--profile') && profile) process.env['AWS_PROFILE'] = profile;

const cdk = (given: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(join(ROOT, 'node_modules/.bin/cdk'), given, { stdio: 'inherit', cwd: ROOT });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });

await runProcess((run) =>
  new Command('deploy')
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action(run((task) => deploy(args, task, { cdk }))),
);
