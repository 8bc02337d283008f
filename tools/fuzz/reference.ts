/**
 * What a whole audit event says about a namespace being created, written a second time: plainly, from the API's own words,
 * without a line of the detector's. The two are compared on each fuzzed event.
 */
type Json = Record<string, unknown>;

const object = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;

/**
 * @returns `created` where the event shows that a namespace was stored; `nothing` where it cannot be about one; undefined
 *   where this plain reading does not decide
 */
export function reference(line: string): 'created' | 'nothing' | undefined {
  let event: Json | undefined;
  try {
    event = object(JSON.parse(line));
  } catch {
    return undefined;
  }
  if (event?.['kind'] !== 'Event' || !isText(event['apiVersion'])) return undefined;
  if (!event['apiVersion'].startsWith('audit.k8s.io/')) return undefined;
  // What was put into a text, or under a name with dots, is read by the detector; this plain reading leaves it open.
  const parts = ['objectRef', 'annotations', 'responseStatus', 'requestObject', 'responseObject'];
  if (parts.some((part) => isText(event?.[part])) || Object.keys(event).some((key) => key.includes('.')))
    return undefined;
  const annotations = object(event['annotations']) ?? {};
  if (annotations['audit.k8s.io/truncated'] === 'true') return undefined;
  const { stage, verb } = event;
  if (typeof stage !== 'string' || typeof verb !== 'string' || stage === '' || verb === '') return undefined;
  if (stage === 'RequestReceived' || !['create', 'patch'].includes(verb)) return 'nothing';
  const resource = object(event['objectRef']);
  if (resource?.['resource'] !== 'namespaces') return 'nothing';
  if (isText(resource['apiGroup']) || isText(resource['subresource'])) return 'nothing';
  const code = object(event['responseStatus'])?.['code'];
  const answer = object(event['responseObject']);
  const stored = object(answer?.['metadata'])?.['resourceVersion'];
  if (stage !== 'ResponseComplete' || answer?.['kind'] !== 'Namespace') return undefined;
  if (!isText(stored)) return code === 201 || code === 200 ? 'nothing' : undefined;
  if (code === 201) return 'created';
  return code === 200 && verb === 'patch' ? 'nothing' : undefined;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
