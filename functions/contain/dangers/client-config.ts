import { record, text } from '../../json.ts';

/** Whether the API server calls a Service of the namespace: by its name, or by a URL with the name that DNS gives it. */
export function leadsInto(clientConfig: unknown, namespace: string): boolean {
  const { service, url } = record(clientConfig);
  if (record(service)['namespace'] === namespace) return true;
  const address = text(url);
  if (!address || !URL.canParse(address)) return false;
  const [, of, svc] = new URL(address).hostname.split('.');
  return of === namespace && svc === 'svc';
}
