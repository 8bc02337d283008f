/** `npm run twin`: the test bed for people. See docs/twin.md. */
import { Command } from 'commander';
import { AlertQueue } from './alerts.ts';
import { startCluster } from './cluster.ts';
import { MissingPrerequisite } from './commands.ts';
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
  start: (report: Report) => Promise<Thing>,
  use: (thing: Thing) => Promise<void>,
): Promise<void> {
  const report = timedReport((line) => console.error(line));
  const end = interrupted();
  let up = false;
  end.then(() => up || process.exit(130));
  const thing = await start(report);
  up = true;
  try {
    await Promise.race([use(thing).then(() => end), end]);
  } finally {
    await thing.close();
  }
}

const clusterOnly = () =>
  during(startCluster, async ({ adminKubeconfig, kubectl, endpoint, auditLog, processes }) => {
    console.log(`
A Kubernetes control plane is up, with simulated nodes and pods.

  export KUBECONFIG=${adminKubeconfig}
  alias kubectl=${kubectl}

endpoint    ${endpoint.url}
audit log   ${auditLog}
logs        ${processes.folder}/logs

${CLOSING}`);
  });

/** What a person needs to use the control plane and the account. */
async function explain(twin: Twin): Promise<void> {
  const { binaries, emulator, processes } = twin;
  const people = await Promise.all(
    (['Dev', 'CI', 'Viewer', 'Admin'] as const).map(async (role) => ({
      role,
      file: await twin.identities.roleKubeconfig(role, 'alice@example.com', processes.folder),
    })),
  );
  console.log(`
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
logs        ${processes.folder}/logs`);
}

const withoutStack = (enforceIam: boolean) =>
  during(
    (report) => startTwin(report, { enforceIam }),
    async (twin) => {
      await explain(twin);
      console.log(`\n${CLOSING}`);
    },
  );

/** Says in a line what came in; names are attacker's text, so they are quoted. */
async function watch(stack: Stack): Promise<void> {
  const console_ = await AlertQueue.subscribe(stack, stack.deployment.outputs.AlertTopicArn ?? '', 'console');
  for (;;) {
    for (const { alert } of await console_.receive()) {
      const { outcome, namespace, actor } = alert.finding;
      const who = JSON.stringify(actor.principalArn ?? actor.username);
      const severity = alert.assessment?.severity ?? 'not assessed';
      console.log(
        `alert  ${severity}  ${outcome}  ${JSON.stringify(namespace.name ?? '(name not known)')}  by ${who}  ${alert.id}`,
      );
    }
  }
}

const withStack = (enforceIam: boolean) =>
  during(
    (report) => startStack(report, { enforceIam }),
    async (stack) => {
      await explain(stack);
      const dev = await stack.identities.roleKubeconfig('Dev', 'alice@example.com', stack.processes.folder);
      console.log(`alerts      ${stack.alerts.url} (SQS, behind ${stack.deployment.outputs.AlertTopicArn})

Try this in another terminal; the alert is named below a moment later:
  ${stack.binaries.kubectl} --kubeconfig ${dev} create namespace team-a

${CLOSING}
`);
      await watch(stack);
    },
  );

const program = new Command('twin')
  .description(
    'Brings up a real Kubernetes control plane and the stack in an emulated AWS, all on this machine. The first run ' +
      'builds Kubernetes, which takes some minutes. See docs/twin.md.',
  )
  .option('--cluster-only', 'only the control plane; prints the path of an admin kubeconfig')
  .option('--no-stack', 'the control plane and AWS, without deploying the stack')
  .option('--no-iam', 'do not enforce IAM: everybody may call everything in AWS')
  .action(async (options: { clusterOnly?: true; stack: boolean; iam: boolean }) => {
    if (options.clusterOnly) await clusterOnly();
    else if (options.stack) await withStack(options.iam);
    else await withoutStack(options.iam);
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof MissingPrerequisite ? error.message : error);
  process.exitCode = 2;
}
