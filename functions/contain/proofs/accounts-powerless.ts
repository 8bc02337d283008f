import type { AccessQuestion } from '../../clients/kubernetes/kubernetes.ts';
import { defined } from '../../kit/defined.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { counted } from '../../kit/words.ts';
import { allNeeds, RECORD_NEEDS } from '../framework/needs.ts';
import { ACCOUNT_RIGHTS, ROLE_RIGHTS } from './cluster-reader.ts';
import { fewNames, notApplicable, notProven, proven, type Verification } from './proof.ts';
import { rightsBefore } from './rights-before.ts';

type Right = Omit<AccessQuestion, 'user' | 'groups'>;

/** How many questions are asked at a time, and at most in all. */
const AT_ONCE = 8;
const MAX_QUESTIONS = 1_500;

/** What an intruder would make most of, whatever the bindings were; each in the namespace and in the whole cluster. */
const GRAVE: readonly Right[] = (
  [
    ['*', '*', '*'],
    ['get', '', 'secrets'],
    ['list', '', 'secrets'],
    ['create', '', 'pods'],
    ['create', '', 'pods', 'exec'],
    ['create', '', 'serviceaccounts', 'token'],
    ['impersonate', '', 'users'],
    ['impersonate', '', 'groups'],
    ['impersonate:user-info', 'authentication.k8s.io', 'users'],
    ['impersonate:user-info', 'authentication.k8s.io', 'groups'],
    ['impersonate:serviceaccount', 'authentication.k8s.io', 'serviceaccounts'],
    ['impersonate:arbitrary-node', 'authentication.k8s.io', 'nodes'],
    ['create', 'rbac.authorization.k8s.io', 'rolebindings'],
    ['create', 'rbac.authorization.k8s.io', 'clusterrolebindings'],
    ['bind', 'rbac.authorization.k8s.io', 'clusterroles'],
    ['escalate', 'rbac.authorization.k8s.io', 'clusterroles'],
    ['get', '', 'nodes', 'proxy'],
    ['delete', 'admissionregistration.k8s.io', 'validatingadmissionpolicies'],
    ['create', 'admissionregistration.k8s.io', 'mutatingadmissionpolicies'],
    ['create', 'admissionregistration.k8s.io', 'mutatingadmissionpolicybindings'],
    ['patch', '', 'namespaces'],
  ] as const
).map(([verb, group, resource, subresource]) => ({ verb, group, resource, ...defined({ subresource }) }));

/** Decisive: it asks the authorizers themselves, so it sees rights that no binding shows. */
export const accountsPowerless: Verification = {
  id: 'accounts-powerless',
  claim: 'Its accounts may do nothing of what they could.',
  decisive: true,
  shows: 'effect',
  needs: allNeeds(RECORD_NEEDS, {
    kubernetes: [...ACCOUNT_RIGHTS, ...ROLE_RIGHTS, 'create subjectaccessreviews.authorization.k8s.io'],
  }),
  async prove(look) {
    const { namespace } = look.target;
    const accounts = await look.accounts();
    if (accounts.length === 0) return notApplicable('Read: it has no account.');
    const rights = [...GRAVE, ...GRAVE.map((right) => ({ ...right, namespace })), ...(await rightsBefore(look))];
    const questions = accounts.flatMap(({ metadata }) =>
      rights.map(
        (right): AccessQuestion => ({
          ...right,
          user: `system:serviceaccount:${namespace}:${metadata.name}`,
          // Without its groups the answer would be another one.
          groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
        }),
      ),
    );
    const asked = questions.slice(0, MAX_QUESTIONS);
    const answers = await inParallel(asked, AT_ONCE, async (question) => ({
      question,
      answer: await look.kubernetes.may(question, look.signal),
    }));
    const how = `Asked the API server ${counted(asked.length, 'time')} what its ${counted(accounts.length, 'account')} may`;
    const allowed = answers.filter(({ answer }) => answer.allowed);
    if (allowed.length > 0)
      return notProven(
        `${how}: ${fewNames(allowed.map(({ question, answer }) => `${told(question)} (${answer.reason ?? 'no reason given'})`))}.`,
      );
    const uncertain = answers.find(({ answer }) => answer.evaluationError !== undefined)?.answer.evaluationError;
    if (uncertain !== undefined) return notProven(`${how}: nothing, but an authorizer failed: ${uncertain}.`);
    if (asked.length < questions.length)
      return notProven(`${how}: nothing; ${questions.length - asked.length} questions were too many to ask.`);
    return proven(`${how}, of what is grave and of what they had before: nothing.`);
  },
};

function told({ user, verb, group, resource, subresource, namespace }: AccessQuestion): string {
  const what = `${resource}${subresource ? `/${subresource}` : ''}${group ? `.${group}` : ''}`;
  return `${user.split(':').pop()} may ${verb} ${what}${namespace ? ` in ${namespace}` : ''}`;
}
