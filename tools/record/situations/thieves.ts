/** Who steals whose session, and what an alert ought to say of it. */
import { acts } from './acts.ts';
import { FACTS, grave, PEOPLE, thief } from './people.ts';
import type { Person } from './situation.ts';

export const lately = (person: Person) => acts(person).get('/api/v1/namespaces');
export const admin = acts(thief(PEOPLE.dana));
export const alice = acts(thief(PEOPLE.alice));
export const bob = acts(thief(PEOPLE.bob, 'Go-http-client/2.0', '198.51.100.71'));
export const pipeline = acts(thief(PEOPLE.pipeline, 'kubectl/v1.31.0 (linux/amd64) kubernetes/9edcffc'));

export const hostRoot = { name: 'host', hostPath: { path: '/', type: 'Directory' } };
export const atRoot = { volumeMounts: [{ name: 'host', mountPath: '/host' }] };

export const byDana = { kind: 'hostile' as const, expect: grave(FACTS.dana), before: [lately(PEOPLE.dana)] };
export const byAlice = { kind: 'hostile' as const, expect: grave(FACTS.alice), before: [lately(PEOPLE.alice)] };
export const byBob = { kind: 'hostile' as const, expect: grave(FACTS.bob), before: [lately(PEOPLE.bob)] };
export const byPipeline = {
  kind: 'hostile' as const,
  expect: grave(FACTS.pipeline),
  before: [lately(PEOPLE.pipeline)],
};
