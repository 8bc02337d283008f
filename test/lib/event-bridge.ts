/**
 * What EventBridge does with an event on a bus of a template, by its documentation: which rules match, what their targets are sent,
 * and what an API destination makes of it. Secrets are resolved as CloudFormation does.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
import { type Resources, withoutHashOf } from './stacks.ts';

export interface BusEvent {
  source: string;
  'detail-type': string;
  detail: unknown;
  account?: string;
  resources?: string[];
}

/** A request to an HTTPS endpoint. */
interface Request {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string;
}

/** A template of an input transformer. */
interface Transformer {
  InputPathsMap?: Record<string, string>;
  InputTemplate: string;
}

type Values = Record<string, unknown>;
const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether an event matches a pattern: of the operators, those that our rules use; another one is an error. */
export function matches(pattern: Values, event: Values): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    if (key === '$or') return (wanted as Values[]).some((each) => matches(each, event));
    const value = event[key];
    if (Array.isArray(wanted)) return wanted.some((each) => matchesOne(each, value));
    return isObject(wanted) && isObject(value) && matches(wanted, value);
  });
}

function matchesOne(wanted: unknown, value: unknown): boolean {
  if (isObject(wanted)) throw new Error(`the operator ${Object.keys(wanted)} is not known here`);
  return Array.isArray(value) ? value.includes(wanted) : value === wanted;
}

/** JSON path in dot notation. */
const at = (path: string, event: unknown): unknown =>
  path
    .replace(/^\$\.?/, '')
    .split('.')
    .filter((part) => part !== '')
    .reduce<unknown>((value, part) => (isObject(value) ? value[part] : undefined), event);

/**
 * The text that a target gets. A variable within quotation marks is put in as it is; one without gets them where it is text. The
 * documentation says that values are not escaped, and that what is passed on is escaped: `escaped` chooses, and what has to be right
 * must be right in both.
 */
export function transformed(
  { InputPathsMap: paths = {}, InputTemplate: template }: Transformer,
  event: unknown,
  escaped: boolean,
): string {
  let [result, inText] = ['', false];
  for (let index = 0; index < template.length; index++) {
    const character = template[index] as string;
    const name = /^<([\w.-]+)>/.exec(template.slice(index))?.[1];
    if (name !== undefined && Object.hasOwn(paths, name)) {
      result += written(at(paths[name] as string, event), inText, escaped);
      index += name.length + 1;
      continue;
    }
    if (character === '"' && template[index - 1] !== '\\') inText = !inText;
    result += character;
  }
  return result;
}

function written(value: unknown, inText: boolean, escaped: boolean): string {
  if (value === undefined) return inText ? '' : '""';
  if (typeof value !== 'string') return JSON.stringify(value);
  const text = escaped ? JSON.stringify(value).slice(1, -1) : value;
  return inText ? text : `"${text}"`;
}

/** The requests that an event on the bus makes. @param secrets by what stands in the template for each */
export function requestsOf(
  resources: Resources,
  bus: string,
  event: BusEvent,
  secrets: Readonly<Record<string, string>>,
): Request[] {
  const named = (type: string) => new Map(resources.of(type).map((each) => [each.id, each.Properties]));
  const [destinations, connections] = [named('Events::ApiDestination'), named('Events::Connection')];
  const rules = resources.of('Events::Rule').filter(({ Properties }) => {
    const { Ref: ref } = Properties.EventBusName ?? {};
    return ref !== undefined && withoutHashOf(ref) === bus && matches(Properties.EventPattern, { ...event });
  });
  return rules.flatMap(({ Properties }) =>
    (Properties.Targets as Values[]).flatMap((target) => {
      const [id] = (target['Arn'] as { 'Fn::GetAtt'?: string[] })['Fn::GetAtt'] ?? [];
      const destination = destinations.get(id ?? '');
      if (!destination) return [];
      const connection = connections.get(destination.ConnectionArn['Fn::GetAtt'][0]);
      const { ApiKeyAuthParameters: key, InvocationHttpParameters: more = {} } = connection.AuthParameters;
      const resolved = (text: unknown): string => {
        const value = secrets[String(text)];
        if (value === undefined) throw new Error(`nothing is known of ${String(text)}`);
        return value;
      };
      const body = at(target['InputPath'] as string, event);
      const fields = (more.BodyParameters ?? []).map(({ Key, Value }: { Key: string; Value: string }) => [
        Key,
        resolved(Value),
      ]);
      return [
        {
          url: destination.InvocationEndpoint as string,
          method: destination.HttpMethod as string,
          headers: { [key.ApiKeyName as string]: resolved(key.ApiKeyValue) },
          body: JSON.stringify({ ...(body as Values), ...Object.fromEntries(fields) }),
        },
      ];
    }),
  );
}
