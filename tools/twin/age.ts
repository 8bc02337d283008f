/** The age of what stands in the cluster, which came up a moment ago. */
import type { Twin } from './twin.ts';

/** Of these the age matters to an investigation: a binding made shortly before is a sign of danger. */
const BINDINGS = ['/registry/clusterrolebindings/', '/registry/rolebindings/'];

interface Stored {
  kvs?: { key: string; value: string }[];
}

interface Binding {
  metadata: { creationTimestamp: string };
}

/**
 * Dates bindings back. The API server takes no date from anybody, so that it is changed where it keeps them.
 *
 * @param before those that were made before this (epoch milliseconds)
 * @param made when they are to have been made
 */
export async function ageBindings({ etcd }: Pick<Twin, 'etcd'>, before: number, made: Date): Promise<void> {
  for (const prefix of BINDINGS) {
    const { kvs = [] } = await ask<Stored>(etcd, 'range', { key: base64(prefix), range_end: base64(after(prefix)) });
    for (const { key, value } of kvs) {
      const binding: Binding = JSON.parse(Buffer.from(value, 'base64').toString());
      if (Date.parse(binding.metadata.creationTimestamp) >= before) continue;
      binding.metadata.creationTimestamp = `${made.toISOString().slice(0, 19)}Z`;
      await ask(etcd, 'put', { key, value: base64(JSON.stringify(binding)) });
    }
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** The end of the keys that begin so: `/` becomes `0`, the next character. */
const after = (prefix: string): string => prefix.replace(/\/$/, '0');

async function ask<Answer>(etcd: string, operation: 'range' | 'put', body: object): Promise<Answer> {
  const answer = await fetch(`${etcd}/v3/kv/${operation}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`etcd: ${operation}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}
