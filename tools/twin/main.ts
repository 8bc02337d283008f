/** `npm run twin`: the test bed for people. See docs/twin.md. */
import { Command } from 'commander';
import { EXIT } from '../../bin/commands/io.ts';
import { type CommandRun, runProcess } from '../../bin/commands/program.ts';
import type { Task } from '../../bin/commands/task.ts';
import { AlertQueue } from './alerts.ts';
import { binaries } from './binaries.ts';
import { startCluster, startRealCluster } from './cluster.ts';
import { removeLeftovers } from './leftovers.ts';
import { NODE_NAME, REAL_NODE } from './real-node/place.ts';
import { TEST_IMAGE } from './real-node/programs.ts';
import { prepareRealNode } from './real-node/up.ts';
import { type Report, timedReport } from './report.ts';
import { type Stack, startStack } from './stack.ts';
import { startTwin, type Twin } from './twin.ts';

/** How to use the real node. */
const REAL_NODE_HINT = `A real node is beside them, ${NODE_NAME}. Pods run on it that have
  nodeSelector: { ${Object.entries(REAL_NODE).map(([label, value]) => `${label}: "${value}"`)} } and the image ${TEST_IMAGE}, imagePullPolicy: Never
simulated: its address daemon and instance metadata, the aws-node DaemonSet, DNS, EKS's network policy controller`;
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

const clusterOnly = (task: Task, realNode: boolean) =>
  during(task, realNode ? startRealCluster : startCluster, async (cluster) => {
    const { adminKubeconfig, kubectl, endpoint, auditLog, processes } = cluster;
    await task.print(`
A Kubernetes control plane is up, with simulated nodes and pods.${'realNode' in cluster ? `\n\n${REAL_NODE_HINT}` : ''}

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
${twin.realNode ? `\n${REAL_NODE_HINT}\n` : ''}`);
}

/** What is asked of a twin. */
type Kind = { enforceIam: boolean; realNode: boolean };

const withoutStack = (task: Task, options: Kind) =>
  during(
    task,
    (report) => startTwin(report, options),
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

const withStack = (task: Task, options: Kind) =>
  during(
    task,
    (report) => startStack(report, options),
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

async function buildOnly(task: Task, realNode: boolean): Promise<void> {
  const report = timedReport((line) => task.note(line));
  await binaries(report);
  if (realNode) await prepareRealNode(report);
  await task.print('Everything is built.\n');
}

async function clean(task: Task): Promise<void> {
  const folders = await removeLeftovers(() => {});
  await task.print(folders.length > 0 ? folders.map((each) => `removed ${each}\n`).join('') : 'Nothing was left.\n');
}

const twin = (run: CommandRun): Command =>
  new Command('twin')
    .description(
      'Brings up a real Kubernetes control plane and the stack in an emulated AWS, all on this machine. The first run ' +
        'builds Kubernetes, which takes some minutes. See docs/twin.md.',
    )
    .option('--cluster-only', 'only the control plane; prints the path of an admin kubeconfig')
    .option('--no-stack', 'the control plane and AWS, without deploying the stack')
    .option('--no-iam', 'do not enforce IAM: everybody may call everything in AWS')
    .option('--real-node', 'a real node beside the simulated ones (Linux, as root): pods run and packets flow')
    .option('--build', 'only builds what the cache lacks; with --real-node what that needs, too')
    .option('--clean', 'only removes what twins have left that were killed')
    .action(
      run(
        async (
          task,
          options: { clusterOnly?: true; stack: boolean; iam: boolean; realNode?: true; build?: true; clean?: true },
        ) => {
          const realNode = options.realNode === true;
          const kind = { enforceIam: options.iam, realNode };
          if (options.clean) await clean(task);
          else if (options.build) await buildOnly(task, realNode);
          else if (options.clusterOnly) await clusterOnly(task, realNode);
          else if (options.stack) await withStack(task, kind);
          else await withoutStack(task, kind);
          return EXIT.done;
        },
      ),
    );

await runProcess(twin);
