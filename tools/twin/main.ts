/** `npm run twin`: the test bed for people. See docs/twin.md. */
import { Command } from 'commander';
import { EXIT } from '../../bin/commands/io.ts';
import { type CommandRun, runProcess } from '../../bin/commands/program.ts';
import type { Task } from '../../bin/commands/task.ts';
import { AlertQueue } from './alerts.ts';
import { startCluster } from './cluster.ts';
import { type Report, timedReport } from './report.ts';
import { type Stack, startStack } from './stack.ts';
import { startTwin, type Twin } from './twin.ts';

const CLOSING = 'Ctrl-C ends it and removes all it wrote.';

/** Resolves when the terminal or the system asks the process to end. */
const interrupted = (): Promise<unknown> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
  });

/**
 * Brings something up, says how to use it, and takes it down when asked to end. Asked while it comes up, it just goes:
 * what has been started ends with this process.
 */
async function during<Thing extends { close(): Promise<void> }>(
  task: Task,
  start: (report: Report) => Promise<Thing>,
  use: (thing: Thing) => Promise<void>,
): Promise<void> {
  const report = timedReport((line) => {
    task.note(line);
    task.waitFor(line.trim());
  });
  const end = interrupted();
  let up = false;
  end.then(() => up || process.exit(130));
  const thing = await start(report);
  task.waitFor(undefined);
  up = true;
  try {
    await Promise.race([use(thing).then(() => end), end]);
  } finally {
    await thing.close();
  }
}

const clusterOnly = (task: Task) =>
  during(task, startCluster, async ({ adminKubeconfig, kubectl, endpoint, auditLog, processes }) => {
    await task.print(`
A Kubernetes control plane is up, with simulated nodes and pods.

  export KUBECONFIG=${adminKubeconfig}
  alias kubectl=${kubectl}

endpoint    ${endpoint.url}
audit log   ${auditLog}
logs        ${processes.folder}/logs

${CLOSING}
`);
  });

/** What a person needs to use the control plane and the account. */
async function explain(task: Task, twin: Twin): Promise<void> {
  const { binaries, emulator, processes } = twin;
  const people = await Promise.all(
    (['Dev', 'CI', 'Viewer', 'Admin'] as const).map(async (role) => ({
      role,
      file: await twin.identities.roleKubeconfig(role, 'alice@example.com', processes.folder),
    })),
  );
  await task.print(`
The cluster "${emulator.cluster}" is up in account ${emulator.account}, ${emulator.region}.

  alias kubectl=${binaries.kubectl}
  export KUBECONFIG=${twin.adminKubeconfig}    # kubernetes-admin, past RBAC

Somebody else (a session of an IAM role, known to EKS by its access entry):
${people.map(({ role, file }) => `  export KUBECONFIG=${file}    # ${role}`).join('\n')}

The AWS CLI and SDKs, as the account's root:
${Object.entries(emulator.environment)
  .map(([name, value]) => `  export ${name}=${value}`)
  .join('\n')}

endpoint    ${twin.endpoint.url}
audit log   ${twin.auditLog}
logs        ${processes.folder}/logs
`);
}

const withoutStack = (task: Task, enforceIam: boolean) =>
  during(
    task,
    (report) => startTwin(report, { enforceIam }),
    async (twin) => {
      await explain(task, twin);
      await task.print(`\n${CLOSING}\n`);
    },
  );

/** Says in a line what came in; names are attacker's text, so they are quoted. */
async function watch(task: Task, stack: Stack): Promise<void> {
  const alerts = await AlertQueue.subscribe(stack, stack.deployment.outputs.AlertTopicArn ?? '', 'console');
  for (;;) {
    for (const { alert } of await alerts.receive()) {
      const { outcome, namespace, actor } = alert.finding;
      const who = JSON.stringify(actor.principalArn ?? actor.username);
      const severity = alert.assessment?.severity ?? 'not assessed';
      const name = JSON.stringify(namespace.name ?? '(name not known)');
      await task.print(`alert  ${severity}  ${outcome}  ${name}  by ${who}  ${alert.id}\n`);
    }
  }
}

const withStack = (task: Task, enforceIam: boolean) =>
  during(
    task,
    (report) => startStack(report, { enforceIam }),
    async (stack) => {
      await explain(task, stack);
      const dev = await stack.identities.roleKubeconfig('Dev', 'alice@example.com', stack.processes.folder);
      await task.print(`alerts      ${stack.alerts.url} (SQS, behind ${stack.deployment.outputs.AlertTopicArn})

Try this in another terminal; the alert is named below a moment later:
  ${stack.binaries.kubectl} --kubeconfig ${dev} create namespace team-a

${CLOSING}
`);
      await watch(task, stack);
    },
  );

const twin = (run: CommandRun): Command =>
  new Command('twin')
    .description(
      'Brings up a real Kubernetes control plane and the stack in an emulated AWS, all on this machine. The first run ' +
        'builds Kubernetes, which takes some minutes. See docs/twin.md.',
    )
    .option('--cluster-only', 'only the control plane; prints the path of an admin kubeconfig')
    .option('--no-stack', 'the control plane and AWS, without deploying the stack')
    .option('--no-iam', 'do not enforce IAM: everybody may call everything in AWS')
    .action(
      run(async (task, options: { clusterOnly?: true; stack: boolean; iam: boolean }) => {
        if (options.clusterOnly) await clusterOnly(task);
        else if (options.stack) await withStack(task, options.iam);
        else await withoutStack(task, options.iam);
        return EXIT.done;
      }),
    );

await runProcess(twin);
