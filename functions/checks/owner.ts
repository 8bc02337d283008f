import { claimedPerson } from '../contract/claimed-person.ts';
import type { Actor, Finding } from '../contract/finding.ts';
import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { defined } from '../kit/defined.ts';
import { shortName } from '../kit/words.ts';
import { type CheckAnswer, type CheckContext, defineCheck } from './check.ts';
import { isKnownAutomation, isTrustedProxy } from './parts/automation.ts';
import { contactSchema, contactsIn } from './parts/contacts.ts';
import { plain } from './parts/plain-line.ts';

const MAX_CONTACTS = 8;

const MANAGED_BY = 'app.kubernetes.io/managed-by';

/** A person's session is often named after the person. */
const EMAIL = /^[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+$/;

const schema = field.object({
  contacts: field.list(contactSchema),
  /** Ready to send. */
  message: field.text,
});
type Details = Written<typeof schema>;

/**
 * The contact to ask, and what to ask. Asks no system for it: whatever is known stands in the record and the
 * configuration.
 */
export const owner = defineCheck({
  name: 'owner',
  question: 'Who can say whether this was intentional?',
  deadlineMs: 1_000,
  needs: { kubernetes: [], aws: [] },
  details: schema,
  run,
  show,
});

async function run({ finding, settings, now }: CheckContext): Promise<CheckAnswer<Details>> {
  const contacts = [
    ...settings.contacts
      .filter(({ pattern }) => isKnownAutomation(finding.actor, [pattern]))
      .map(({ contact, pattern }) => ({ contact, why: `the configuration names it for ${pattern}` })),
    ...byProxy(finding.actor, settings.proxies),
    ...bySession(finding.actor),
    ...contactsIn(finding.namespace, 'the namespace, whose creator chose it', [MANAGED_BY]),
  ].slice(0, MAX_CONTACTS);
  const details: Details = { contacts, message: messageOf(finding) };
  const [first] = contacts;
  const { name } = finding.namespace;
  const claim = isTrustedProxy(finding.actor, settings.proxies) ? undefined : claimedPerson(finding.actor);
  const claimed =
    claim === undefined
      ? ''
      : ` The request claims to be for ${plain(claim, 200)}: nothing confirms that, so ask somebody else.`;
  return {
    status: 'found',
    brief: first
      ? `Likely contact: ${shortName(first.contact, 80)}.`
      : 'No contact found. The report has a draft message.',
    summary: `${
      first
        ? `Likely contact: ${first.contact} (${first.why})${contacts.length > 1 ? `; ${contacts.length - 1} more in the report` : ''}.`
        : 'No contact found. The report has a draft message.'
    }${claimed}`,
    details,
    completeUntil: new Date(now()).toISOString(),
    ...defined({ command: name ? ['kubectl', 'get', 'namespace', name, '--output', 'yaml'] : undefined }),
  };
}

/** Whoever may impersonate can claim anybody: only the word of a proxy that is trusted names a contact. */
function byProxy(actor: Actor, proxies: readonly string[] | undefined): Details['contacts'] {
  const person = claimedPerson(actor);
  if (person === undefined || !isTrustedProxy(actor, proxies)) return [];
  return [{ contact: plain(person, 200), why: 'the proxy says that it acted for this person, and is trusted to know' }];
}

function bySession({ sessionName }: Actor): Details['contacts'] {
  if (!sessionName || !EMAIL.test(sessionName)) return [];
  return [{ contact: sessionName, why: 'from the session name, unverified' }];
}

/** What went on, when, one question with two answers, and the finding's id to answer with. */
function messageOf({ id, outcome, actor, namespace, cluster, request }: Finding): string {
  const at = request.at ?? namespace.createdAt;
  const where = cluster.name ? `the cluster "${plain(cluster.name)}"` : 'one of our clusters';
  const region = cluster.region ? ` (${plain(cluster.region)})` : '';
  const who = plain(actor.principalArn ?? actor.username ?? 'an unnamed identity');
  const session = actor.sessionName ? `, session "${plain(actor.sessionName)}"` : '';
  const as = actor.impersonated?.username ? `, acting as "${plain(actor.impersonated.username)}"` : '';
  const what = namespace.name ? `the namespace "${plain(namespace.name)}"` : 'a namespace whose name is not known';
  return [
    `Hello, ${outcome === 'created' ? 'a namespace was created' : 'somebody tried to create a namespace'}. ` +
      'Was this you, or something that runs for you? Please answer "yes" or "no"; a "no" helps as much as a "yes".',
    `What: ${what} in ${where}${region}`,
    `When: ${at ? plain(at) : 'at a time that is not known'}`,
    `Who: ${who}${session}${as}`,
    `Reference: ${plain(id)}. Thank you!`,
  ].join('\n');
}

function show({ contacts, message }: Read<typeof schema>): Block[] {
  return [
    ...block.table('Contacts', contacts, {
      Contact: ({ contact }) => block.value(contact),
      Why: ({ why }) => block.sentence(why),
    }),
    ...block.text('Draft message', 'It contains names that others chose.', message),
  ];
}
