/** What was tried, as the generated part of docs/security-rights.md. */
import { type Attack, IDENTITIES, type IdentityName, PLACES, type Place } from './attack.ts';
import type { Held, Matrix, Verdict } from './matrix.ts';

const places = Object.keys(PLACES) as Place[];
const READS = ['get', 'list', 'watch'];
const CELLS: Readonly<Record<Verdict, string>> = {
  yes: 'yes',
  ours: 'ours only',
  'nobody’s': 'what has the name of ours and denies nothing',
  no: '',
};

const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`;
const table = (head: string[], rows: string[][]): string[] => [
  row(...head),
  row(...head.map(() => '---')),
  ...rows.map((cells) => row(...cells)),
];
const code = (kinds: readonly string[]): string => kinds.map((kind) => `\`${kind}\``).join(', ');

/** Kinds by the same answer, each group in the order of its first. */
function grouped(held: readonly Held[], keyOf: (held: Held) => string): Map<string, string[]> {
  const kinds = new Map<string, string[]>();
  for (const each of held) {
    const key = keyOf(each);
    kinds.set(key, [...(kinds.get(key) ?? []), each.kind]);
  }
  return kinds;
}

function reads(held: readonly Held[]): string[] {
  const verbs = new Map<string, string[]>();
  for (const { verb, kind } of held.filter(({ verb }) => READS.includes(verb)))
    verbs.set(kind, [...(verbs.get(kind) ?? []), verb]);
  if (verbs.size === 0) return ['It reads nothing.'];
  const kinds = Map.groupBy([...verbs.keys()].sort(), (kind) => verbs.get(kind)?.join(', ') ?? '');
  const rows = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, names]) => [what, code(names)]);
  return ['Reads, in every namespace:', '', ...table(['Verbs', 'Kinds'], rows)];
}

function writes(held: readonly Held[]): string[] {
  const own = held.filter(({ verb }) => !READS.includes(verb));
  const key = ({ verb, verdicts }: Held) => [verb, ...places.map((place) => CELLS[verdicts[place]])].join('\t');
  const rows = [...grouped(own, key)].map(([cells, kinds]) => {
    const [verb = '', ...where] = cells.split('\t');
    return [`${verb} ${code(kinds)}`, ...where];
  });
  return [
    'Writes that RBAC allows, and where the policies let them through:',
    '',
    ...table(['', ...Object.values(PLACES)], rows),
  ];
}

/** An attack, and what came of it. */
export interface Outcome extends Pick<Attack, 'what'> {
  by: 'RBAC' | 'a policy' | 'nobody';
}

function attacks(outcomes: readonly Outcome[]): string[] {
  const list = (by: Outcome['by']) => outcomes.filter((outcome) => outcome.by === by).map(({ what }) => `- ${what}`);
  const part = (title: string, items: string[]) => (items.length > 0 ? ['', title, '', ...items] : []);
  return [
    ...part('**What it can still do**, tried:', list('nobody')),
    ...part('Refused by a policy, tried:', list('a policy')),
    ...part('Refused by RBAC, tried:', list('RBAC')),
  ];
}

export interface Results {
  matrix: Matrix;
  /** Of attacks that every identity made in vain. */
  common: readonly Outcome[];
  attacks: Readonly<Partial<Record<IdentityName, readonly Outcome[]>>>;
}

/** The text between the markers. */
export function rightsPage({ matrix, common, attacks: outcomes }: Results): string {
  return [
    `${matrix.tried} requests were made for these tables: every verb on every kind and subresource that the API server of`,
    'Kubernetes serves, and on the custom kinds that our roles name, as each identity, in four namespaces: an ordinary one, a',
    'quarantined one, one that is being released, and a protected one. What an identity holds by RBAC was then done for real',
    'there (of namespaces themselves as a dry run). A verb and kind that is not here was refused. No identity can `update`',
    '(replace) or `deletecollection` anything.',
    ...IDENTITIES.flatMap((who) => [
      '',
      `### ${who}`,
      '',
      ...reads(matrix.held[who]),
      ...(matrix.held[who].some(({ verb }) => !READS.includes(verb)) ? ['', ...writes(matrix.held[who])] : []),
      ...attacks(outcomes[who] ?? []),
    ]),
    '',
    '### Every identity',
    '',
    'Each may ask what it may do itself, as everybody may. Refused by RBAC, tried as each:',
    '',
    ...common.map(({ what }) => `- ${what}`),
  ].join('\n');
}
