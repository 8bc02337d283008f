/** Holds a drill: makes the namespace, follows it, contains it, and takes everything away again, whatever happens. */
import { idOfNamespace } from '../../../functions/contract/finding-id.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { InputError } from '../../input/input.ts';
import { cleanUp } from './clean-up.ts';
import { contain } from './contain.ts';
import type { Audience, DrillCourse, DrillOptions, DrillReport, DrillWorld } from './course.ts';
import { followDeployed } from './follow.ts';
import { type DrillLink, linkOf, waitFor } from './link.ts';
import { makeNamespace, makeObjects, type Staged, whoAmI } from './stage.ts';

/** The drill's namespace must be made within this time of its registration, by the clock of the API server. */
const WINDOW_MS = { before: 5 * 60_000, after: 10 * 60_000 };

/**
 * @param signal stops it: what was made is taken away all the same
 * @throws {InputError}, and what the API server or the table answers before anything was made
 */
export async function holdDrill(
  world: DrillWorld,
  options: DrillOptions,
  audience: Audience,
  signal: AbortSignal,
): Promise<DrillReport> {
  const { cluster, clock, kubernetes } = world;
  const report: DrillReport = {
    namespace: options.name,
    cluster,
    startedAt: new Date(clock.now()).toISOString(),
    links: [],
    subscribers: [],
    stopped: false,
    remains: [],
  };
  const add = (link: DrillLink): DrillLink => {
    report.links.push(link);
    audience.seen(link);
    return link;
  };
  const course = (staged: Staged, until: AbortSignal): DrillCourse => ({
    ...{ world, options, report, staged, add, waiting: audience.waiting },
    signal: until,
    async take(wait) {
      audience.waiting(wait.name);
      const { pollMs } = options.limits;
      return add(await waitFor(wait, { clock, signal: until, madeAt: staged.at, pollMs }));
    },
  });
  await register(world, options, signal);
  let staged: Staged | undefined;
  try {
    audience.waiting(`Making the namespace ${options.name}`);
    staged = await makeNamespace(kubernetes, { ...options, signal: bounded(signal, options), clock });
    await follow(course(staged, signal));
  } catch (error) {
    if (!signal.aborted) {
      if (!staged) throw error;
      // What is left undone is in the report; what was made is taken away.
      report.remains.push(`The drill broke off: ${(error as Error).message}`);
    }
    report.stopped = signal.aborted;
  } finally {
    audience.waiting('Taking away what was made');
    await cleanUp((found, until) => course({ at: clock.now(), ...found }, until), {
      world,
      options,
      report,
      ...defined({ staged }),
    });
  }
  return report;
}

const bounded = (signal: AbortSignal, { limits }: DrillOptions): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(limits.requestMs)]);

/** The mark is for whoever may write into the table, and for this one namespace of this one identity. */
async function register(
  { deployed, kubernetes, cluster, clock }: DrillWorld,
  options: DrillOptions,
  signal: AbortSignal,
): Promise<void> {
  if (!deployed) return;
  const { principal, username } = await whoAmI(kubernetes, bounded(signal, options));
  if (principal === undefined)
    throw new InputError(
      `the cluster takes you for ${username}, who is not an identity of IAM: the drill is registered for one, so hold it with --cluster NAME and AWS credentials`,
    );
  const [from, until] = [clock.now() - WINDOW_MS.before, clock.now() + WINDOW_MS.after];
  const { nonce, name: namespace } = options;
  await deployed.drills.register({ nonce, cluster, namespace, principal, from, until });
}

async function follow(course: DrillCourse): Promise<void> {
  const { world, options, report, staged, signal } = course;
  report.uid = staged.uid;
  const made = await makeObjects(world.kubernetes, { ...options, signal: bounded(signal, options) });
  const missing = made.length > 0 ? ` Without: ${made.join('; ')}` : '';
  course.add(
    linkOf(
      { id: 'staged', name: 'namespace made' },
      {
        at: staged.at,
        ...(missing !== '' && {
          state: 'failed',
          fix: 'give whoever holds the drill the rights that docs/drill.md lists, or let the admission policies of the cluster take it',
        }),
        says: `${staged.name}, UID ${staged.uid}, with harmless signs.${missing}`,
      },
      world.clock.now(),
      staged.at,
    ),
  );
  report.findingId = idOfNamespace(world.cluster, staged.uid);
  if (world.deployed) await followDeployed(course, world.deployed);
  else await followRecorded(course);
  await contain(course);
}

async function followRecorded(course: DrillCourse): Promise<void> {
  const { world, staged, add, take } = course;
  if (!world.recorded)
    add({
      id: 'audit-log',
      name: 'audit log',
      state: 'not-seen',
      says: 'Nothing here shows it: give the files of the audit log with --audit-log, or hold the drill against the deployment with --stack.',
    });
  for (const wait of world.recorded?.links(staged) ?? []) if ((await take(wait)).state !== 'answered') break;
  add({
    id: 'alert',
    name: 'alert',
    state: 'not-seen',
    says: 'Nothing is sent from here: hold the drill against the deployment with --stack.',
  });
}
