import { records, text } from '../../kit/json.ts';
import { counted } from '../../kit/words.ts';
import { subjectsOf } from '../isolation/subjects.ts';
import { ACCOUNT_RIGHTS, BINDING_RIGHTS } from './cluster-reader.ts';
import { fewNames, notProven, objectName, proven, type Verification } from './proof.ts';

/** Decisive: a binding that is left gives rights at once to whoever gets a token. */
export const bindingsCut: Verification = {
  id: 'bindings-cut',
  claim: 'No binding gives rights to its accounts.',
  decisive: true,
  shows: 'configuration',
  needs: { kubernetes: [...ACCOUNT_RIGHTS, ...BINDING_RIGHTS] },
  async prove(look) {
    const { namespace } = look.target;
    const [bindings, accounts] = await Promise.all([look.bindings(), look.accounts()]);
    const existing = new Set(accounts.map(({ metadata }) => metadata.name));
    const naming = bindings.filter((binding) => subjectsOf(binding, namespace).own.length > 0);
    // A mixed binding is left to a person to fix, and gives nothing as long as the account that it names is gone.
    const giving = naming.filter((binding) => {
      const subjects = records(binding['subjects']);
      return subjectsOf(binding, namespace).own.some((index) => {
        const { kind, name } = subjects[index] ?? {};
        return kind === 'Group' ? existing.size > 0 : existing.has(text(name)?.split(':').pop());
      });
    });
    const how = `Read all ${counted(bindings.length, 'binding')} of the cluster`;
    if (giving.length > 0) return notProven(`${how}: they are named in ${fewNames(giving.map(objectName))}.`);
    if (naming.length === 0) return proven(`${how}: none names one of its accounts, or their group.`);
    return proven(
      `${how}: ${fewNames(naming.map(objectName))} name only accounts that do not exist. They would give rights again with them.`,
    );
  },
};
