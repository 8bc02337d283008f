/** Follows the namespace of a drill through a deployment, up to the endpoints of its alert. */
import { topicAttributes } from '../../../functions/alert/destinations/topic.ts';
import { alertLink, auditLogLink, type Followed, findingLink, investigationLink } from './chain.ts';
import type { Audience, Deployed, DrillCourse, DrillLimits, DrillReport } from './course.ts';
import { epochOf } from './epoch.ts';
import { type DrillClock, type DrillLink, notReached, waitFor } from './link.ts';
import { subscribersOf } from './subscribers.ts';

export async function followDeployed(course: DrillCourse, { chain, destinations }: Deployed): Promise<void> {
  const { world, options, report, staged, signal, add, take, waiting } = course;
  const { limits } = options;
  const about = { findingId: report.findingId ?? '', namespace: staged.name, madeAt: staged.at };
  const links = [auditLogLink, findingLink].map((link) => link(chain, about, limits));
  for (const [index, link] of links.entries()) {
    const seen = await take(link);
    if (seen.state !== 'silent') continue;
    for (const [id, name] of AFTER.slice(index)) add(notReached(id, name, seen.name));
    return;
  }
  await take(investigationLink(chain, about, limits));
  await followAlert({ chain, destinations }, about, { clock: world.clock, signal, limits, report, add, waiting });
}

const AFTER = [
  ['finding', 'finding in the table'],
  ['investigation', 'investigation'],
  ['alert', 'alert'],
] as const;

export interface AlertCourse {
  clock: DrillClock;
  signal: AbortSignal;
  limits: DrillLimits;
  report: DrillReport;
  add(link: DrillLink): DrillLink;
  waiting: Audience['waiting'];
}

/** Waits for the alert at each destination, and asks what became of it at each subscriber. */
export async function followAlert(
  { chain, destinations }: Pick<Deployed, 'chain' | 'destinations'>,
  about: Followed,
  { clock, signal, limits, report, add, waiting }: AlertCourse,
): Promise<void> {
  for (const { id, topic } of destinations) {
    const wait = alertLink(chain, about, { id, isTopic: topic !== undefined }, limits);
    waiting(wait.name);
    const link = add(await waitFor(wait, { clock, signal, madeAt: about.madeAt, pollMs: limits.pollMs }));
    if (!topic || link.state !== 'answered') continue;
    const [trace, alert] = await Promise.all([
      chain.trace(about.findingId, signal).catch(() => undefined),
      chain.alert(about.findingId, signal).catch(() => undefined),
    ]);
    const receipt = trace?.receipts.find((each) => each.destination === id);
    if (!receipt) continue;
    waiting(`Subscribers of ${id}`);
    const attributes = alert && id === 'topic' ? topicAttributes(alert) : {};
    const message = { messageId: receipt.messageId, at: epochOf(receipt.at) ?? clock.now(), attributes };
    const { now, pause } = clock;
    report.subscribers.push(
      ...(await subscribersOf(topic, message, { limitMs: limits.subscribersMs, signal, now, pause })),
    );
  }
}
