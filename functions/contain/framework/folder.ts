import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import type { EvidenceStore } from '../../clients/bucket/evidence-store.ts';
import {
  type StepKey,
  type StepRecord,
  type StoredFile,
  stepRecordSchema,
  type Target,
} from '../../contract/containment.ts';
import { readJson } from '../../contract/read.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { type Snapshot, snapshotSchema } from '../snapshot/snapshot.ts';
import { asFileName } from './execution.ts';

/** The most that a stored file may hold unzipped: more is a mistake, or somebody's trap. */
const MAX_UNZIPPED_BYTES = 256 * 1024 * 1024;

/** Files that are read side by side: a run may have kept the logs of thousands of pods. */
const AT_ONCE = 12;

/** The files' root in the store, for one namespace: `containment/<account>/<region>/<cluster>/<uid>/`. */
export function folderKey({ cluster, uid }: Target): string {
  const part = (text: string | undefined): string => (text && /^[\w-]{1,100}$/.test(text) ? text : 'unknown');
  return `containment/${part(cluster.account)}/${part(cluster.region)}/${part(cluster.name)}/${part(uid)}/`;
}

/** A stored file, as a command on a person's machine takes it. */
export interface FileAtHand {
  /** Commands that fetch it into the folder where the person is; none where it is on that machine. */
  fetch: string[][];
  /** How a command names it then. */
  path: string;
}

/**
 * What is kept about one namespace, by its UID:
 *
 * | path | content |
 * | --- | --- |
 * | `snapshot.json.gz` | the first snapshot; never overwritten. After a release, that of the next containment: `snapshot-2.json.gz`, … |
 * | `snapshots/<run>.json.gz` | what a later run found in addition |
 * | `releases/<run>.json` | that everything was given back: what is taken afterwards begins anew |
 * | `runs/<machine>/<execution>/steps/<step>.json` | what a step did ({@link StepRecord}) |
 * | `runs/<machine>/<execution>/…` | evidence, manifests, report, hash list |
 */
export class Folder {
  readonly #store: EvidenceStore;
  readonly #root: string;
  readonly #run: string;

  /** @param run the folder of the run, below `runs/` ({@link runFolder}) */
  constructor(store: EvidenceStore, root: string, run: string) {
    this.#store = store;
    this.#root = root;
    this.#run = run;
  }

  /** Where a person finds it. */
  get place(): string {
    return this.#store.place(this.#root);
  }

  placeOf(file: StoredFile): string {
    return this.#store.place(this.#root + file.path);
  }

  /** Stores a manifest of this run, as YAML in which each text stays on one line. @param name of the file, without its ending */
  async manifest(name: string, object: object): Promise<FileAtHand> {
    const body = `# Review before use.\n${stringify(object, { blockQuote: false, lineWidth: 0 })}`;
    return this.fileAtHand(await this.add(`manifests/${asFileName(name)}.yaml`, body, 'application/yaml'));
  }

  /** How a person has a stored file at hand for a command. */
  fileAtHand(file: StoredFile): FileAtHand {
    const place = this.placeOf(file);
    if (!place.startsWith('s3:')) return { fetch: [], path: place };
    const path = file.path.split('/').at(-1) ?? '';
    return { fetch: [['aws', 's3', 'cp', place, path]], path };
  }

  /** Stores a file of this run. @param name as `evidence/pods.json` */
  async add(name: string, body: string | Uint8Array, contentType: string): Promise<StoredFile> {
    const path = `runs/${this.#run}/${name}`;
    await this.#store.put(this.#root + path, body, contentType);
    return stored(path, body);
  }

  /** The content of a file of this run; undefined where there is none. */
  async read(name: string): Promise<Buffer | undefined> {
    const body = await this.#store.get(`${this.#root}runs/${this.#run}/${name}`);
    return body && Buffer.from(body);
  }

  /** What a step of this run wrote down last; undefined where it did not get so far. */
  async record(step: StepKey): Promise<StepRecord | undefined> {
    const body = await this.read(`steps/${step}.json`);
    return body && readJson(stepRecordSchema, body, 'record of a step');
  }

  /** The same of the run in which it ended last: a verification by itself has no other steps in its run. */
  async lastRecord(step: StepKey): Promise<StepRecord | undefined> {
    const keys = await this.#store.list(`${this.#root}runs/`);
    const bodies = await Promise.all(
      keys.filter((key) => key.endsWith(`/steps/${step}.json`)).map((key) => this.#store.get(key)),
    );
    const records = bodies.map((body) => body && readJson(stepRecordSchema, body, 'record of a step'));
    return records
      .filter((record) => record !== undefined)
      .sort((a, b) => (a.finishedAt < b.finishedAt ? -1 : 1))
      .at(-1);
  }

  /** @returns the file, and whether it is the first snapshot of this namespace since it was released last */
  async addSnapshot(snapshot: Snapshot): Promise<{ file: StoredFile; first: boolean }> {
    const body = gzipSync(JSON.stringify(snapshot));
    const firstPath = firstOf(await this.#releases());
    if (await this.#store.putFirst(this.#root + firstPath, body, 'application/gzip'))
      return { file: stored(firstPath, body), first: true };
    const path = `snapshots/${this.#run}.json.gz`;
    await this.#store.put(this.#root + path, body, 'application/gzip');
    return { file: stored(path, body), first: false };
  }

  /** Notes that everything was given back: from here on a snapshot shows what nobody has contained. */
  async released(at: string): Promise<void> {
    const body = `${JSON.stringify({ at })}\n`;
    await this.#store.put(`${this.#root}releases/${this.#run}.json`, body, 'application/json');
  }

  /**
   * The first snapshot, then the additions of later runs in the order of their time; empty where there is none. After a
   * release they are those of the next containment, and until there is one, still those that were released.
   */
  async snapshots(): Promise<Snapshot[]> {
    for (let releases = await this.#releases(); releases >= 0; releases--) {
      const snapshots = await this.#since(releases);
      if (snapshots.length > 0) return snapshots;
    }
    return [];
  }

  /** Those taken since the last release: what a snapshot that is taken now adds to. */
  async currentSnapshots(): Promise<Snapshot[]> {
    return this.#since(await this.#releases());
  }

  async #releases(): Promise<number> {
    return (await this.#store.list(`${this.#root}releases/`)).length;
  }

  async #since(releases: number): Promise<Snapshot[]> {
    const first = await this.#snapshot(this.#root + firstOf(releases));
    if (!first) return [];
    const keys = await this.#store.list(`${this.#root}snapshots/`);
    const later = (await Promise.all(keys.map((key) => this.#snapshot(key)))).filter((each) => each !== undefined);
    const since = later.filter(({ takenAt }) => takenAt >= first.takenAt);
    return [first, ...since.sort((a, b) => (a.takenAt < b.takenAt ? -1 : 1))];
  }

  /**
   * The files of this run and the snapshots as they are stored now, in the order of their paths. Each is read: what a
   * step says that it has stored is no proof of what is there.
   *
   * @param except names of files of this run
   */
  async stored(except: readonly string[], signal: AbortSignal): Promise<StoredFile[]> {
    const run = `runs/${this.#run}/`;
    const keys = await Promise.all(['snapshot', run].map((prefix) => this.#store.list(this.#root + prefix)));
    const paths = keys.flat().map((key) => key.slice(this.#root.length));
    const wanted = paths.filter((path) => !except.some((name) => path === run + name));
    const found = await inParallel(wanted, AT_ONCE, async (path) => {
      signal.throwIfAborted();
      const body = await this.#store.get(this.#root + path);
      return body ? [stored(path, body)] : [];
    });
    const files = found.flat();
    return files.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async #snapshot(key: string): Promise<Snapshot | undefined> {
    const body = await this.#store.get(key);
    return body && readJson(snapshotSchema, gunzipSync(body, { maxOutputLength: MAX_UNZIPPED_BYTES }), 'snapshot');
  }
}

/** The name of the first snapshot after so many releases. */
const firstOf = (releases: number): string =>
  releases === 0 ? 'snapshot.json.gz' : `snapshot-${releases + 1}.json.gz`;

function stored(path: string, body: string | Uint8Array): StoredFile {
  return { path, sha256: createHash('sha256').update(body).digest('hex'), bytes: Buffer.byteLength(body) };
}
