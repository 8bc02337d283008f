import { detailsOf } from '../checks/index.ts';
import type { Alert } from '../contract/alert.ts';
import { type Contents, MAX_CONTENTS, type Made, type Objects } from '../contract/contents.ts';
import { defined } from '../kit/defined.ts';
import { short } from '../kit/words.ts';

type Details = ReturnType<typeof detailsOf>;

/** What the investigation has found in the namespace, to be kept with the finding. */
export function contentsOf(alert: Alert): Contents {
  const details = detailsOf(alert);
  const until = (check: string): string | undefined =>
    alert.evidence?.find((each) => each.check === check)?.completeUntil;
  return defined({
    objects: objectsIn(details.namespace, until('namespace')),
    made: madeIn(details['namespace-activity'], until('namespace-activity')),
  });
}

/** Nothing where it was not there, or was on its way out: then most of it is gone already. */
function objectsIn(namespace: Details['namespace'], at: string | undefined): Objects | undefined {
  const { live, phase, inventory, notListed = [] } = namespace ?? {};
  if ((live !== 'confirmed' && live !== 'present') || phase === 'Terminating' || !inventory) return undefined;
  const kinds = inventory.flatMap(({ kind, count }) => (kind === undefined ? [] : [{ kind, count: count ?? 0 }]));
  return { ...defined({ at }), ...most(kinds, notListed.length > 0) };
}

function madeIn(activity: Details['namespace-activity'], until: string | undefined): Made | undefined {
  if (!activity) return undefined;
  const { acts = [], total = 0, more = false, images = [] } = activity;
  const counts = new Map<string, number>();
  for (const { verb, resource } of acts)
    if (verb === 'create' && resource !== undefined) counts.set(resource, (counts.get(resource) ?? 0) + 1);
  const kinds = [...counts].map(([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count);
  const isMore = more || total > acts.length || images.length > MAX_CONTENTS;
  return {
    ...defined({ until }),
    ...most(kinds, isMore),
    images: images.slice(0, MAX_CONTENTS).map((image) => short(image)),
  };
}

const most = (kinds: readonly { kind: string; count: number }[], isMore: boolean) => ({
  kinds: kinds.slice(0, MAX_CONTENTS).map(({ kind, count }) => ({ kind: short(kind, 100), count })),
  more: isMore || kinds.length > MAX_CONTENTS,
});
