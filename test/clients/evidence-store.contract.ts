import { expect, test } from '@jest/globals';
import type { EvidenceStore } from '../../functions/clients/bucket/evidence-store.ts';

const TEXT = 'text/plain';
const text = (body: Uint8Array | undefined) => body && Buffer.from(body).toString();

/** What every evidence store promises; run against each. @param make an empty one */
export function evidenceStoreContract(make: () => Promise<EvidenceStore>): void {
  test('what was put is there, byte for byte, and the last one counts', async () => {
    const store = await make();
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    await store.put('a/bytes', bytes, 'application/octet-stream');
    await store.put('a/text', 'first', TEXT);
    await store.put('a/text', 'ä second\u202e', TEXT);
    expect(Buffer.from((await store.get('a/bytes')) ?? [])).toEqual(Buffer.from(bytes));
    expect(text(await store.get('a/text'))).toBe('ä second\u202e');
  });

  test('what is not there is nothing, nor is a folder', async () => {
    const store = await make();
    await store.put('a/b/c', '', TEXT);
    await expect(store.get('a/b/d')).resolves.toBeUndefined();
    await expect(store.get('x')).resolves.toBeUndefined();
    expect(text(await store.get('a/b/c'))).toBe('');
  });

  test('of many first writes one is the first, and stays', async () => {
    const store = await make();
    const bodies = Array.from({ length: 6 }, (_, index) => `body ${index}`);
    const won = await Promise.all(bodies.map((body) => store.putFirst('uid/snapshot', body, TEXT)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(text(await store.get('uid/snapshot'))).toBe(bodies[won.indexOf(true)]);
    await expect(store.putFirst('uid/snapshot', 'later', TEXT)).resolves.toBe(false);
    await expect(store.list('uid/')).resolves.toEqual(['uid/snapshot']);
  });

  test('keys are listed by how they begin, in their order', async () => {
    const store = await make();
    for (const key of ['r/s/2', 'r/s/1', 'r/s/d/3', 'r/s-2', 'r2/s', 'q']) await store.put(key, 'x', TEXT);
    await expect(store.list('r/s/')).resolves.toEqual(['r/s/1', 'r/s/2', 'r/s/d/3']);
    await expect(store.list('r/s')).resolves.toEqual(['r/s-2', 'r/s/1', 'r/s/2', 'r/s/d/3']);
    await expect(store.list('')).resolves.toEqual(['q', 'r/s-2', 'r/s/1', 'r/s/2', 'r/s/d/3', 'r2/s']);
    await expect(store.list('none/')).resolves.toEqual([]);
  });
}
