import type { EcrImage, ImageScan, ImageScans } from '../clients/aws/cloud-findings.ts';
import type { KubernetesObject } from '../clients/kubernetes/kubernetes.ts';
import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { defined } from '../kit/defined.ts';
import { inParallel } from '../kit/in-parallel.ts';
import { record, records, text } from '../kit/json.ts';
import { checkSentence, ownWords, say } from '../kit/phrase.ts';
import { counted } from '../kit/words.ts';
import { digestOf, ecrRepository } from '../kubernetes/names/image.ts';
import { type CheckAnswer, type CheckContext, defineCheck, notChecked } from './check.ts';
import { serviceConsole } from './parts/console.ts';
import { answerPart, withoutText } from './parts/part.ts';
import { contentsOf } from './parts/target.ts';

const MAX_PODS = 500;
const MAX_IMAGES = 20;
const AT_ONCE = 5;
const LIMIT_MS = 5_000;

const schema = field.object({
  images: field.list(
    field.object({
      image: field.text,
      digest: field.optional(field.text),
      status: field.word<'scanned' | 'in-progress' | 'scan-started' | 'not-checked'>(),
      reason: field.optional(field.text),
      bySeverity: field.optional(field.mapOf(field.number)),
      worst: field.optional(
        field.list(field.object({ id: field.text, severity: field.text, package: field.optional(field.text) })),
      ),
    }),
  ),
  /** What else it may run, which was not looked at. */
  missing: field.optional(field.texts),
});
type Details = Written<typeof schema>;
type Image = Details['images'][number];

/**
 * What scanners know of the images that its pods run. An image outside ECR, or in a registry of an account that is not
 * the cluster's, is not checked: the owner of a registry can have it answer whatever he likes.
 */
export const images = defineCheck({
  name: 'images',
  question: 'Are the images in the namespace known to be vulnerable or malicious?',
  about: 'contents',
  deadlineMs: 15_000,
  needs: {
    kubernetes: ['get namespaces', 'list pods'],
    // A scan is started only where the configuration asks for it. ECR asks Inspector itself: see `clients/aws/actions.ts`.
    aws: ['ecr:DescribeImageScanFindings', 'ecr:StartImageScan', 'inspector2:ListCoverage', 'inspector2:ListFindings'],
  },
  details: schema,
  run,
  isPartial: ({ images = [] }) => images.some(isPartial),
  statement: ({ images = [] }, status) =>
    images.some(({ bySeverity = {} }) => isSevere(bySeverity)) ? 'found' : status === 'clear' ? 'clear' : undefined,
  show,
});

async function run(context: CheckContext): Promise<CheckAnswer<Details>> {
  const { clients, finding, signal, now } = context;
  if (!clients.kubernetes) return notChecked('the cluster cannot be reached from here');
  const target = await contentsOf(context);
  if ('reason' in target) return notChecked(target.reason, target.brief);
  const { name, missing } = target;
  const kubernetes = await context.kubernetes();
  const pods = await kubernetes.list(`/api/v1/namespaces/${name}/pods`, signal, { max: MAX_PODS });
  const completeUntil = new Date(now()).toISOString();
  const link = serviceConsole(finding.cluster, 'ecr');
  const source = {
    ...defined({ link: link || undefined }),
    command: ['kubectl', 'get', 'pods', '--namespace', name, '--output', 'yaml'],
  };
  const running = imagesOf(pods.items);
  const unread = [...(missing === undefined ? [] : [missing]), ...(pods.complete ? [] : ['more pods than were read'])];
  if (running.size === 0 && unread.length > 0)
    return { ...notChecked(`no pod is known.${withoutText(unread)}`, 'the pods could not be listed whole'), ...source };
  if (running.size === 0)
    return { status: 'clear', summary: 'The namespace runs no pods, so it has no images.', completeUntil, ...source };

  const chosen = [...running].slice(0, MAX_IMAGES);
  const looked = await inParallel(chosen, AT_ONCE, ([imageId, image]) => look(context, imageId, image));
  const left = [...unread, ...(running.size > chosen.length ? [`images beyond the first ${MAX_IMAGES}`] : [])];
  const details: Details = { images: looked, ...defined({ missing: left.length > 0 ? left : undefined }) };
  const unchecked = looked.filter(({ status }) => status !== 'scanned');
  const reasons = reasonsOf(looked.filter(isPartial));
  if (unchecked.length === looked.length)
    return {
      ...notChecked(
        `of ${counted(looked.length, 'image')}, ${reasons}${withoutPart(left)}`,
        `there is no scan result for ${counted(looked.length, 'image')}`,
      ),
      ...source,
    };
  const notes = reasons ? `; not checked: ${reasons}` : '';
  const severe = looked.filter(({ bySeverity = {} }) => isSevere(bySeverity));
  const summary =
    `${looked.length - unchecked.length} of ${counted(looked.length, 'image')} scanned, ${severe.length} of them with critical ` +
    `or high findings${notes}${withoutPart(left)}.`;
  const unscanned = unchecked.length > 0 ? `; ${counted(unchecked.length, 'image')} not scanned` : '';
  const brief =
    severe.length > 0
      ? `Critical or high findings in ${severe.length} of ${counted(looked.length, 'image')}${unscanned}.`
      : `No critical or high findings${unscanned}.`;
  const status = severe.length === 0 && notes === '' && left.length === 0 ? 'clear' : 'found';
  return { status, summary, brief, details: { ...details }, completeUntil, ...source };
}

const isSevere = (bySeverity: Record<string, number>): boolean =>
  (bySeverity['CRITICAL'] ?? 0) + (bySeverity['HIGH'] ?? 0) > 0;

const withoutPart = (left: readonly string[]): string =>
  left.length === 0 ? '' : `; could not look at: ${left.join(', ')}`;

/** Not scanned, or not all of its findings were read. */
const isPartial = ({ status, reason }: { status?: string; reason?: string }): boolean =>
  status !== 'scanned' || reason !== undefined;

/** By what the kubelet says that it runs; by the reference in the pod where it has not said yet. */
function imagesOf(pods: readonly KubernetesObject[]): Map<string, string> {
  const images = new Map<string, string>();
  for (const { status, spec } of pods) {
    const kinds = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'];
    const statuses = kinds.flatMap((kind) => records(record(status)[kind]));
    const containers = ['containers', 'initContainers', 'ephemeralContainers'].flatMap((kind) =>
      records(record(spec)[kind]),
    );
    for (const container of containers) {
      const image = text(container['image']);
      const imageId = text(statuses.find((each) => each['name'] === container['name'])?.['imageID']);
      if (image) images.set(imageId ?? image, image);
    }
  }
  return images;
}

async function look(context: CheckContext, imageId: string, image: string): Promise<Image> {
  const { finding, settings, clients } = context;
  const digest = digestOf(imageId);
  const known = { image: image.slice(0, 300), ...defined({ digest: digest || undefined }) };
  const unchecked = (reason: string): Image => ({ ...known, status: 'not-checked', reason });
  if (!digest) return unchecked('not pulled yet');
  const repository = ecrRepository(imageId);
  if (!repository) return unchecked('outside ECR');
  const ecr = { ...repository, digest };
  if (ecr.registryId !== finding.cluster.account) return unchecked('in a registry of another account');
  if (!clients.imageScans) return unchecked('ECR cannot be reached from here');
  const { imageScans } = clients;
  const asked = await answerPart('ECR', LIMIT_MS, context.signal, (signal) => imageScans.findings(ecr, signal));
  if (asked.missing !== undefined) return unchecked(asked.missing);
  const scan = asked.value;
  if (scan.status !== 'not-scanned') return { ...known, ...scanned(scan) };
  const reason = `never scanned${scan.reason ? ` (${scan.reason})` : ''}`;
  return settings.startScans ? { ...known, ...(await start(context, imageScans, ecr, reason)) } : unchecked(reason);
}

function scanned({ status, reason, bySeverity, worst }: ImageScan): Omit<Image, 'image'> {
  if (status !== 'scanned') return { status: 'in-progress', reason: reason ?? 'the scan is under way' };
  return { status, ...defined({ reason, bySeverity, worst }) };
}

async function start(
  context: CheckContext,
  scans: ImageScans,
  image: EcrImage,
  why: string,
): Promise<Omit<Image, 'image'>> {
  const { missing } = await answerPart('a scan', LIMIT_MS, context.signal, (signal) => scans.startScan(image, signal));
  return missing === undefined
    ? { status: 'scan-started', reason: 'a scan was started; its result comes with the second look' }
    : { status: 'not-checked', reason: `${why}, and could not be started: ${missing}` };
}

/** `2 outside ECR, 1 not pulled yet` */
function reasonsOf(unchecked: readonly Image[]): string {
  const counts = new Map<string, number>();
  for (const { reason = '' } of unchecked) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ');
}

function show({ images, missing }: Read<typeof schema>): Block[] {
  return [
    ...block.facts(['Not looked at', block.sentences(missing)]),
    ...block.table('Scans', images, {
      Image: ({ image, digest }) => [say`${image ?? ''}`, ...(digest === undefined ? [] : [say`${digest}`])],
      Scan: ({ status, reason }) => [
        ownWords((status ?? 'unknown').replace(/[^a-z-]/g, '')),
        ...(reason === undefined ? [] : [checkSentence(reason)]),
      ],
      Findings: ({ bySeverity }) => block.pairs(bySeverity),
      Worst: ({ worst = [] }) =>
        worst.length === 0
          ? block.NONE
          : worst.map((cve) => say`${cve.id ?? ''} ${cve.severity ?? ''}${cve.package ? say` in ${cve.package}` : []}`),
    }),
  ];
}
