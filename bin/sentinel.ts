/** The command line of Namespace Sentinel. */
import { sentinel } from './commands/main.ts';
import { runProcess } from './commands/program.ts';

await runProcess(sentinel);
