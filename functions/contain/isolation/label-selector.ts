import { record, records, text, texts } from '../../kit/json.ts';

/** Whether a LabelSelector of Kubernetes takes these labels. An empty or absent one takes all; an unknown operator, too. */
export function selectorMatches(selector: unknown, labels: Readonly<Record<string, string>> = {}): boolean {
  const { matchLabels, matchExpressions } = record(selector);
  const equal = Object.entries(record(matchLabels)).every(([key, value]) => labels[key] === value);
  return equal && records(matchExpressions).every((expression) => expressionMatches(expression, labels));
}

function expressionMatches(
  { key, operator, values }: Record<string, unknown>,
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = labels[text(key) ?? ''];
  const listed = value !== undefined && texts(values).includes(value);
  switch (operator) {
    case 'In':
      return listed;
    case 'NotIn':
      return !listed;
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return true;
  }
}
