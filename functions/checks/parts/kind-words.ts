/** How many objects of a kind, as a person says it. */

import { counted } from '../../kit/words.ts';

/** Groups of Kubernetes itself: the name of the kind is enough. */
const OWN_GROUP = /^(apps|autoscaling|batch|policy|[a-z.]+\.k8s\.io)$/;

/** `2 pods`, `1 NetworkPolicy`, `3 ConfigMaps`, `4 of kind Widget.example.com`. @param kind with its group, as `Deployment.apps` */
export function kindCount(kind: string, count: number): string {
  const dot = kind.indexOf('.');
  const group = dot < 0 ? undefined : kind.slice(dot + 1);
  if (group !== undefined && !OWN_GROUP.test(group)) return `${count} of kind ${kind}`;
  const name = dot < 0 ? kind : kind.slice(0, dot);
  const word = /^[A-Z][a-z]+$/.test(name) ? name.toLowerCase() : name;
  return counted(count, word, pluralOf(word));
}

/** `Endpoints` is its own plural. */
function pluralOf(word: string): string {
  if (/(x|ch|sh|ss)$/.test(word)) return `${word}es`;
  if (word.endsWith('s')) return word;
  return word.endsWith('y') && !/[aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}
