import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import type { EvidenceStore } from '../../clients/bucket/evidence-store.ts';
import { type StepRecord, type StoredFile, stepRecordSchema, type Target } from '../../contract/containment.ts';
import { EVIDENCE } from '../../contract/evidence-keys.ts';
import type { StepKey } from '../../contract/playbook-steps.ts';
import * as field from '../../contract/read.ts';
import { readJson, type Schema } from '../../contract/read.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { configMapsSchema, type Snapshot, snapshotSchema } from '../snapshot/snapshot.ts';
import { asFileName } from './execution.ts';
import { firstOf, ownerOf } from './folder-keys.ts';

/** The most that a stored file may hold unzipped: more is a mistake, or somebody's trap. */
const MAX_UNZIPPED_BYTES = 256 * 1024 * 1024;

/** Files that are read side by side: a run may have kept the logs of thousands of pods. */
const AT_ONCE = 12;

const GZIP = 'application/gzip';
/**
 * The record of a step, and nothing deeper. Where a run is local, no machine stands before it; what lies in its evidence is not
 * taken for a run.
 */
const STEP_RECORD = /^runs\/(?:[^/]+\/(?!evidence\/))?[^/]+\/steps\/(\w+)\.json$/;

/** A stored file, as a command on a person's machine takes it. */
export interface FileAtHand {
  /** Commands that fetch it into the folder where the person is; none where it is on that machine. */
  fetch: string[][];
  /** How a command names it then. */
  path: string;
}

/** A file as it is stored now. */
interface Stored<T> {
  key: string;
  sha256: string;
  value: T;
}

/** The same of what a step has deleted. No other function than *contain* may write it. */
const DELETIONS = /^runs\/(?:[^/]+\/(?!evidence\/))?[^/]+\/deletions\/\w+\.json$/;
const deletionsOf = (step: StepKey): string => `deletions/${step}.json`;
const deletionsSchema = field.object({ uids: field.otherwise(field.texts, []) });
const uidsIn = (body: Uint8Array | undefined): string[] =>
  body ? readJson(deletionsSchema, body, 'list of what a step has deleted').uids : [];

/**
 * What is kept about one namespace, by its UID. Each kind stands below a prefix of its own, before
 * `<account>/<region>/<cluster>/<uid>/`:
 *
 * | key | content |
 * | --- | --- |
 * | `snapshots/…/snapshot.json.gz` | the first snapshot, without ConfigMaps. After a release, that of the next containment: `snapshot-2.json.gz`, … |
 * | `snapshots/…/later/<run>-<n>.json.gz` | what a later run found in addition |
 * | `configmaps/…` | the ConfigMaps of each of them, under the same name |
 * | `releases/…/<run>.json` | that everything was given back: what is taken afterwards starts over |
 * | `containment/…/runs/<machine>/<execution>/steps/<step>.json` | what a step did ({@link StepRecord}) |
 * | `containment/…/runs/<machine>/<execution>/deletions/<step>.json` | the UIDs of what a step of *contain* deletes, written before it does |
 * | `containment/…/runs/<machine>/<execution>/…` | evidence, manifests, report, hash list |
 *
 * All but what stands below `containment/` is written once. The SHA-256 of a snapshot is noted in the register before it
 * is stored: whoever restores believes no other.
 */
export class Folder {
  readonly #store: EvidenceStore;
  readonly #owner: string;
  readonly #run: string;

  /** @param run the folder of the run, below `runs/` ({@link runFolder}) */
  constructor(store: EvidenceStore, target: Target, run: string) {
    this.#store = store;
    this.#owner = ownerOf(target);
    this.#run = run;
  }

  /** Where a person finds what the runs wrote down. */
  get place(): string {
    return this.#store.place(this.#root);
  }

  get #root(): string {
    return `${EVIDENCE.runs}/${this.#owner}`;
  }

  placeOf(file: StoredFile): string {
    return this.#store.place(file.path);
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
    const key = this.#ofRun(name);
    await this.#store.put(key, body, contentType);
    return stored(key, body);
  }

  /** The content of a file of this run; undefined where there is none. */
  async read(name: string): Promise<Buffer | undefined> {
    const body = await this.#store.get(this.#ofRun(name));
    return body && Buffer.from(body);
  }

  /** What a step of this run wrote down last; undefined where it did not get so far. */
  async record(step: StepKey): Promise<StepRecord | undefined> {
    const body = await this.read(`steps/${step}.json`);
    return body && readJson(stepRecordSchema, body, 'record of a step');
  }

  /** The record of the run in which the step ended last: a verification by itself has no other steps in its run. */
  async lastRecord(step: StepKey): Promise<StepRecord | undefined> {
    const records = await this.#records((name) => name === step);
    return records.sort((a, b) => (a.finishedAt < b.finishedAt ? -1 : 1)).at(-1);
  }

  /** The UIDs of what *contain* has deleted in all its runs. */
  async deleted(): Promise<Set<string>> {
    const keys = (await this.#store.list(`${this.#root}runs/`)).filter((key) =>
      DELETIONS.test(key.slice(this.#root.length)),
    );
    const bodies = await inParallel(keys, AT_ONCE, (key) => this.#store.get(key));
    return new Set(bodies.flatMap((body) => uidsIn(body)));
  }

  /** The UIDs of what a step has deleted in this run, by {@link noteDeleted}. */
  async deletedBy(step: StepKey): Promise<string[]> {
    return uidsIn(await this.read(deletionsOf(step)));
  }

  /** Notes all that a step has deleted in this run, or is about to delete. */
  async noteDeleted(step: StepKey, uids: readonly string[]): Promise<void> {
    await this.add(deletionsOf(step), `${JSON.stringify({ uids })}\n`, 'application/json');
  }

  async #records(isMeant: (step: string) => boolean): Promise<StepRecord[]> {
    const keys = (await this.#store.list(`${this.#root}runs/`)).filter((key) => {
      const [, step] = STEP_RECORD.exec(key.slice(this.#root.length)) ?? [];
      return step !== undefined && isMeant(step);
    });
    const bodies = await inParallel(keys, AT_ONCE, (key) => this.#store.get(key));
    return bodies.flatMap((body) => (body ? [readJson(stepRecordSchema, body, 'record of a step')] : []));
  }

  /**
   * @param note notes the hash of what is about to be stored
   * @returns the files, and whether it is the first snapshot of this namespace since it was released last
   */
  async addSnapshot(
    snapshot: Snapshot,
    note: (key: string, sha256: string) => Promise<void>,
  ): Promise<{ files: StoredFile[]; first: boolean }> {
    const isConfigMap = ({ object }: Snapshot['objects'][number]): boolean =>
      object.kind === 'ConfigMap' && object.apiVersion === 'v1';
    const { objects } = snapshot;
    const body = gzipSync(JSON.stringify({ ...snapshot, objects: objects.filter((each) => !isConfigMap(each)) }));
    const { name, first } = await this.#addOnce(firstOf((await this.#releases()).length), body, note);
    const files = [stored(`${EVIDENCE.snapshots}/${this.#owner}${name}`, body)];
    const configMaps = objects.filter(isConfigMap);
    if (configMaps.length > 0) {
      const key = `${EVIDENCE.configMaps}/${this.#owner}${name}`;
      const theirs = gzipSync(JSON.stringify({ objects: configMaps }));
      await note(key, sha256Of(theirs));
      await this.#store.putFirst(key, theirs, GZIP);
      files.push(stored(key, theirs));
    }
    return { files, first };
  }

  /** Under the name of the first snapshot, or under one of its own. */
  async #addOnce(
    firstName: string,
    body: Uint8Array,
    note: (key: string, sha256: string) => Promise<void>,
  ): Promise<{ name: string; first: boolean }> {
    for (let tries = 0; ; tries++) {
      const name = tries === 0 ? firstName : `later/${this.#run}-${tries}.json.gz`;
      const key = `${EVIDENCE.snapshots}/${this.#owner}${name}`;
      // A hash that is noted for a file of somebody else's does no harm: it is of nothing that is stored.
      await note(key, sha256Of(body));
      if (await this.#store.putFirst(key, body, GZIP)) return { name, first: tries === 0 };
    }
  }

  /** Notes that everything was given back: a snapshot that is taken from here on shows what nobody has contained. */
  async released(at: string): Promise<void> {
    const body = `${JSON.stringify({ at })}\n`;
    await this.#store.putFirst(`${EVIDENCE.releases}/${this.#owner}${this.#run}.json`, body, 'application/json');
    const keys = await Promise.all(
      [EVIDENCE.snapshots, EVIDENCE.configMaps].map((kind) => this.#store.list(`${kind}/${this.#owner}`)),
    );
    await this.#store.markReleased(keys.flat());
  }

  /**
   * The first snapshot, then the additions of later runs in the order of their time; empty where there is none. After a
   * release they are those of the next containment, and until there is one, still those that were released. Without
   * ConfigMaps.
   */
  async snapshots(): Promise<Snapshot[]> {
    return (await this.storedSnapshots()).map(({ value }) => value);
  }

  /** The {@link snapshots} with what they are stored as. */
  async storedSnapshots(): Promise<Stored<Snapshot>[]> {
    for (let releases = (await this.#releases()).length; releases >= 0; releases--) {
      const snapshots = await this.#since(releases);
      if (snapshots.length > 0) return snapshots;
    }
    return [];
  }

  /** Those taken since the last release, with their ConfigMaps: what a snapshot that is taken now adds to. */
  async currentSnapshots(): Promise<Snapshot[]> {
    const current = await this.#since((await this.#releases()).length);
    return inParallel(current, AT_ONCE, async ({ key, value }) => {
      const configMaps = await unzipped(
        this.#store,
        key.replace(EVIDENCE.snapshots, EVIDENCE.configMaps),
        configMapsSchema,
      );
      return { ...value, objects: [...value.objects, ...(configMaps?.value.objects ?? [])] };
    });
  }

  /** Whether the namespace was contained and has not been given back everything since. */
  async isContained(): Promise<boolean> {
    const first = `${EVIDENCE.snapshots}/${this.#owner}${firstOf((await this.#releases()).length)}`;
    return (await this.#store.list(first)).length > 0;
  }

  #releases(): Promise<string[]> {
    return this.#store.list(`${EVIDENCE.releases}/${this.#owner}`);
  }

  async #since(releases: number): Promise<Stored<Snapshot>[]> {
    const root = `${EVIDENCE.snapshots}/${this.#owner}`;
    const first = await unzipped(this.#store, root + firstOf(releases), snapshotSchema);
    if (!first) return [];
    const keys = await this.#store.list(`${root}later/`);
    const later = await inParallel(keys, AT_ONCE, (key) => unzipped(this.#store, key, snapshotSchema));
    const since = later.flatMap((each) => (each && each.value.takenAt >= first.value.takenAt ? each : []));
    return [first, ...since.sort((a, b) => (a.value.takenAt < b.value.takenAt ? -1 : 1))];
  }

  /**
   * The files of this run and the snapshots as they are stored now, in the order of their paths. Each is read: what a
   * step says that it has stored does not prove what is there.
   *
   * @param except names of files of this run
   */
  async stored(except: readonly string[], signal: AbortSignal): Promise<StoredFile[]> {
    const roots = [`${EVIDENCE.snapshots}/${this.#owner}`, this.#ofRun('')];
    const keys = (await Promise.all(roots.map((root) => this.#store.list(root)))).flat();
    const wanted = keys.filter((key) => !except.some((name) => key === this.#ofRun(name)));
    const files = await inParallel(wanted, AT_ONCE, async (key) => {
      signal.throwIfAborted();
      const body = await this.#store.get(key);
      return body ? [stored(key, body)] : [];
    });
    return files.flat().sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  #ofRun(name: string): string {
    return `${this.#root}runs/${this.#run}/${name}`;
  }
}

/** A snapshot by its key, whoever it is about. */
export const readSnapshot = async (store: EvidenceStore, key: string): Promise<Snapshot | undefined> =>
  (await unzipped(store, key, snapshotSchema))?.value;

async function unzipped<T>(store: EvidenceStore, key: string, schema: Schema<T>): Promise<Stored<T> | undefined> {
  const body = await store.get(key);
  if (!body) return undefined;
  const value = readJson(schema, gunzipSync(body, { maxOutputLength: MAX_UNZIPPED_BYTES }), 'snapshot');
  return { key, sha256: sha256Of(body), value };
}

const sha256Of = (body: string | Uint8Array): string => createHash('sha256').update(body).digest('hex');

const stored = (path: string, body: string | Uint8Array): StoredFile => ({
  path,
  sha256: sha256Of(body),
  bytes: Buffer.byteLength(body),
});
