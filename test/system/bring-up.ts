/** For `beforeAll` of a system test. */
import { timedReport } from '../../tools/twin/report.ts';

/** The first run builds Kubernetes. */
export const BRING_UP_MS = 40 * 60_000;

/** What is going on, on standard error, past jest. */
export const progress = () => timedReport((line) => process.stderr.write(`${line}\n`));
