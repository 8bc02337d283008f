import type { InputForm } from '../input.ts';
import { itemsOf, type ValuePiece } from '../pieces.ts';

/**
 * A Kubernetes `EventList`, as audit webhooks are sent. Its items carry no kind and apiVersion of their own, so they get
 * the list's back. They stand before what the item holds: of two equal keys the last one counts. A list whose kind or
 * apiVersion comes after its items is taken for one of audit events, which the items then have to prove.
 */
export const eventList: InputForm = {
  name: 'Kubernetes EventList',
  matches: ({ keys }) => keys.has('items'),
  read: (chunks, origin) =>
    itemsOf(chunks, origin, { list: 'items' }, (piece) => [{ text: withKind(piece), cluster: origin.cluster }]),
};

function withKind({ text, fields }: ValuePiece): string {
  const isEventList = (fields.get('kind') ?? 'EventList') === 'EventList';
  if (!isEventList || !/^\{\s*"/.test(text)) return text;
  const apiVersion = fields.get('apiVersion') ?? 'audit.k8s.io/v1';
  return `{"kind":"Event","apiVersion":${JSON.stringify(apiVersion)},${text.slice(1)}`;
}
