/**
 * What a thief of each of our identities can do in a cluster, tried on the real API server, against docs/security-rights.md.
 * Where this fails, look at what changed, and write the page by `npm run security-rights`.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeAnswer } from '../../tools/twin/kube.ts';
import { BRING_UP_MS } from './bring-up.ts';
import { type Attack, IDENTITIES, type IdentityName } from './rights/attack.ts';
import { COMMON_ATTACKS } from './rights/common-attacks.ts';
import { containAttacks } from './rights/contain-attacks.ts';
import { generatedPart } from './rights/generated.ts';
import { type Matrix, tryEverything } from './rights/matrix.ts';
import { type Outcome, rightsPage } from './rights/page.ts';
import { releaseAttacks } from './rights/release-attacks.ts';
import { bringUp, type RightsScene } from './rights/scene.ts';

let scene: RightsScene;
let matrix: Matrix;
let common: Outcome[];
const attacks: Partial<Record<IdentityName, Outcome[]>> = {};
beforeAll(async () => {
  scene = await bringUp();
}, BRING_UP_MS);
afterAll(() => scene?.close());

function outcomeOf({ what, answer }: Attack, { code, text }: KubeAnswer): Outcome {
  if (code === 403) return { what, by: text.includes('ValidatingAdmissionPolicy') ? 'a policy' : 'RBAC' };
  if (code < 300 || answer?.test(text)) return { what, by: 'nobody' };
  throw new Error(`"${what}" shows nothing: ${code} ${text.slice(0, 500)}`);
}

/** Makes the attacks one after the other, and compares with what each expects. */
async function outcomesOf(who: IdentityName, list: readonly Attack[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const attack of list) outcomes.push(outcomeOf(attack, await scene.ask(who, attack.request)));
  const isOpen = (what: string, by: string) => `${what}: ${by === 'nobody' ? 'open' : 'refused'}`;
  expect(outcomes.map(({ what, by }) => isOpen(what, by))).toEqual(
    list.map(({ what, expect: expected }) => `${what}: ${expected}`),
  );
  return outcomes;
}

test('every verb on every kind, as each identity, in each kind of namespace', async () => {
  matrix = await tryEverything(scene);
  expect(matrix.tried).toBeGreaterThan(10_000);
  for (const who of ['observer', 'probe'] as const) {
    const changing = matrix.held[who].filter(({ verb, kind, verdicts }) => {
      const isReview = kind.includes('review');
      return !['get', 'list', 'watch'].includes(verb) && !isReview && Object.values(verdicts).some((v) => v !== 'no');
    });
    expect(changing).toEqual([]);
  }
}, 300_000);

test('nobody gets further than its kinds', async () => {
  const each = await Promise.all(IDENTITIES.map((who) => outcomesOf(who, COMMON_ATTACKS)));
  common = each[0] ?? [];
  for (const outcomes of each) expect(outcomes).toEqual(common);
});

test.each([
  ['contain', containAttacks],
  ['release', releaseAttacks],
] as const)('a stolen %s is held to its values', async (who, list) => {
  attacks[who] = await outcomesOf(who, list(scene.uids));
  expect(attacks[who]?.length).toBeGreaterThan(40);
});

test('the page says so', () => {
  const text = rightsPage({ matrix, common, attacks });
  expect(generatedPart('Kubernetes', text)).toBe(text);
});
