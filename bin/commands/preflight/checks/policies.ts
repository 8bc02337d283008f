import { command } from '../../../../functions/contract/commands/command.ts';
import { andMore } from '../../../../functions/kit/words.ts';
import { examinePolicy, listItems } from '../../../../functions/kubernetes/cluster-side.ts';
import { APPLY, type PreflightCheck, type PreflightContext, type Row } from '../check.ts';
import { freezeRows } from '../freeze-rows.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
/** Where the fixes write the manifests. */
const OUT = 'cluster-side';

/** Whether the admission policies are in force as they are shipped, with the lists that the configuration names. */
export const policies: PreflightCheck = {
  name: 'policies',
  async run(context): Promise<Row[]> {
    const { kubernetes, manifests, configured, signal } = context;
    const states = await Promise.all(
      manifests.policies.map(async (shipped) => {
        const name = shipped.metadata.name ?? '';
        const [policy, binding] = await Promise.all(
          ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'].map((resource) =>
            kubernetes.read(`${GROUP}/${resource}/${name}`, signal),
          ),
        );
        const { lists: usual } = examinePolicy(name, shipped, undefined);
        return { name, usual, ...examinePolicy(name, policy, binding) };
      }),
    );
    const fix = configured
      ? [
          command('sentinel manifests', [], { '--config': configured.file, '--out': OUT }),
          command('kubectl apply -k', [`${OUT}/`]),
        ]
      : [APPLY];
    const wrong = states.flatMap(({ name, problems }) =>
      problems.length === 0 ? [] : [{ status: 'failed' as const, says: `${name}: ${problems.join('; ')}.`, fix }],
    );
    const rows = states
      .filter(({ problems }) => problems.length === 0)
      .flatMap(({ name, usual, lists }) =>
        Object.entries(lists).flatMap(([list, expression]): Row[] => {
          const wanted = configured?.lists[list] ?? usual[list] ?? '';
          const difference = differenceOf(wanted, expression);
          if (difference === undefined) return [];
          return configured
            ? [
                {
                  status: 'failed',
                  says: `${name}: its list "${list}" is not that of the configuration: ${difference}.`,
                  fix,
                },
              ]
            : [{ status: 'ok', says: `${name}: changed: ${list} is ${expression}.` }];
        }),
      );
    const names = states.map(({ name }) => name).join(', ');
    const others = [...rows, ...unpublished(context)];
    return wrong.length > 0 ? [...wrong, ...others] : [{ status: 'ok', says: `In force: ${names}.` }, ...others];
  },
};

/** What one list has that the other lacks; undefined where they mean the same. */
function differenceOf(wanted: string, live: string): string | undefined {
  const [before, now] = [listItems(wanted), listItems(live)];
  const lacks = before.filter((item) => !now.includes(item));
  const more = now.filter((item) => !before.includes(item));
  const parts = [
    ...(lacks.length > 0 ? [`it lacks ${andMore(lacks, 5)}`] : []),
    ...(more.length > 0 ? [`it has ${andMore(more, 5)} besides`] : []),
  ];
  return parts.length > 0 ? parts.join('; ') : undefined;
}

/** What the freeze lets through without a published source, so that a reader knows what rests on knowledge alone. */
function unpublished({ manifests }: PreflightContext): Row[] {
  const freeze = manifests.policies.find(({ metadata }) => metadata.name === 'namespace-sentinel-freeze');
  const rows = freeze ? freezeRows(freeze, 'platform').filter(({ source }) => source === 'none') : [];
  if (rows.length === 0) return [];
  const texts = rows.map(({ who, may, resource }) => `${who} (${may} ${resource})`);
  return [{ status: 'ok', says: `Exempt from the freeze by a role that nobody publishes: ${texts.join(', ')}.` }];
}
