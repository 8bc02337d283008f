import { describe, expect, test } from '@jest/globals';
import { images } from '../../functions/checks/images.ts';
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import type { EcrImage, ImageScan, ImageScans } from '../../functions/clients/aws/cloud-findings.ts';
import type { Kubernetes } from '../../functions/clients/kubernetes/kubernetes.ts';
import { localCloud } from '../../functions/clients/local/cloud.ts';
import { type Asking, evidenceOf } from './audit-log.ts';
import { cluster, Faulty, named, RUBBISH_LISTS } from './clusters.ts';
import { ACCOUNT, denied, finding } from './examples.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const REGISTRY = `${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com`;
const own = (letter: string): EcrImage => ({
  registryId: ACCOUNT,
  region: 'eu-central-1',
  repository: 'shop/cart',
  digest: digest(letter),
});
const imageId = (letter: string) => `${REGISTRY}/shop/cart@${digest(letter)}`;

/** A pod with one container. */
const pod = (name: string, id: string | undefined, image = `${REGISTRY}/shop/cart:1`) =>
  named(name, 'shop', {
    spec: { containers: [{ name: 'main', image }] },
    status: { containerStatuses: id === undefined ? [] : [{ name: 'main', imageID: id }] },
  });

const scansOf = (...scans: (EcrImage & ImageScan)[]) => localCloud({ imageScans: scans }).imageScans as ImageScans;
const clean = (letter: string): EcrImage & ImageScan => ({
  ...own(letter),
  status: 'scanned',
  bySeverity: { LOW: 3 },
  worst: [],
});

const run = (pods: object[], { clients, ...asking }: Asking = {}) =>
  evidenceOf(images, { clients: { kubernetes: cluster({ Pod: pods }), ...clients }, ...asking });
const detailsOf = async (pods: object[], asking?: Asking) =>
  ((await run(pods, asking)).details as unknown as DetailsByCheck['images']).images;

describe('images', () => {
  test('all scanned, nothing severe: clear', async () => {
    const evidence = await run([pod('a', imageId('a')), pod('b', imageId('a'))], {
      clients: { imageScans: scansOf(clean('a')) },
    });
    expect(evidence).toMatchObject({
      status: 'clear',
      completeUntil: '2026-11-23T10:20:00.000Z',
      summary: '1 of 1 image scanned, 0 of them with critical or high findings.',
    });
    expect(evidence.command).toEqual(['kubectl', 'get', 'pods', '--namespace', 'shop', '--output', 'yaml']);
  });

  test('something severe', async () => {
    const severe: EcrImage & ImageScan = {
      ...own('b'),
      status: 'scanned',
      bySeverity: { CRITICAL: 1 },
      worst: [{ id: 'CVE-1', severity: 'CRITICAL', package: 'xz' }],
    };
    const evidence = await run([pod('a', imageId('a')), pod('b', imageId('b'))], {
      clients: { imageScans: scansOf(clean('a'), severe) },
    });
    expect(evidence.status).toBe('found');
    expect((evidence.details as unknown as DetailsByCheck['images']).images[1]).toEqual({
      image: `${REGISTRY}/shop/cart:1`,
      digest: digest('b'),
      status: 'scanned',
      bySeverity: { CRITICAL: 1 },
      worst: [{ id: 'CVE-1', severity: 'CRITICAL', package: 'xz' }],
    });
  });

  test.each<[string, object, string]>([
    ['outside ECR', pod('x', `docker.io/library/nginx@${digest('c')}`), 'outside ECR'],
    ['by a name that only looks like ECR', pod('x', `${REGISTRY}.evil.example/shop@${digest('c')}`), 'outside ECR'],
    [
      'of another account, whose owner decides what is answered',
      pod('x', `444455556666.dkr.ecr.eu-central-1.amazonaws.com/xy@${digest('c')}`),
      'in a registry of another account',
    ],
    ['not pulled', pod('x', undefined), 'not pulled yet'],
    ['known by its configuration only', pod('x', digest('c')), 'not pulled yet'],
    ['never scanned', pod('x', imageId('c')), 'never scanned'],
  ])('not checked, never clean: %s', async (_, other, reason) => {
    const clients = { imageScans: scansOf(clean('a')) };
    expect(await run([other], { clients })).toMatchObject({
      status: 'not-checked',
      reason: `of 1 image, 1 ${reason}`,
    });
    expect(await run([pod('a', imageId('a')), other], { clients })).toMatchObject({
      status: 'found',
      summary: `1 of 2 images scanned, 0 of them with critical or high findings; not checked: 1 ${reason}.`,
    });
  });

  test.each<[string, ImageScan, string]>([
    ['a scan without its result', { status: 'in-progress', reason: 'no result yet' }, 'no result yet'],
    ['a scan under way', { status: 'in-progress' }, 'the scan is under way'],
  ])('not checked, and asked again: %s', async (_, scan, reason) => {
    const evidence = await run([pod('a', imageId('a'))], {
      clients: { imageScans: scansOf({ ...own('a'), ...scan }) },
    });
    expect(evidence).toMatchObject({ status: 'not-checked', reason: `of 1 image, 1 ${reason}` });
  });

  test('a result only part of which was read is not clear', async () => {
    const partly = { ...clean('a'), reason: 'only the first 1000 findings were read' };
    const evidence = await run([pod('a', imageId('a'))], { clients: { imageScans: scansOf(partly) } });
    expect(evidence).toMatchObject({ status: 'found', summary: expect.stringContaining('only the first 1000') });
    expect(images.isPartial?.(evidence.details as never)).toBe(true);
  });

  test('init and ephemeral containers count', async () => {
    const whole = named('x', 'shop', {
      spec: {
        containers: [{ name: 'a', image: 'a' }],
        initContainers: [{ name: 'b', image: 'b' }],
        ephemeralContainers: [{ name: 'c', image: 'c' }],
      },
      status: {
        containerStatuses: [{ name: 'a', imageID: imageId('a') }],
        initContainerStatuses: [{ name: 'b', imageID: `docker-pullable://${imageId('a')}` }],
        ephemeralContainerStatuses: [{ name: 'c', imageID: '' }],
      },
    });
    expect(await detailsOf([whole], { clients: { imageScans: scansOf(clean('a')) } })).toMatchObject([
      { image: 'a', status: 'scanned' },
      { image: 'b', status: 'scanned' },
      { image: 'c', status: 'not-checked' },
    ]);
  });

  test('no more than so many are looked at, and that is said', async () => {
    const many = Array.from({ length: 30 }, (_, index) => pod(`p${index}`, undefined, `image-${index}`));
    expect(await run(many)).toMatchObject({
      status: 'not-checked',
      reason: expect.stringContaining('could not look at: images beyond the first 20'),
    });
    const evidence = await run([pod('a', imageId('a')), ...many], { clients: { imageScans: scansOf(clean('a')) } });
    expect((evidence.details as unknown as DetailsByCheck['images']).images).toHaveLength(20);
  });

  test('no pods, no images', async () => {
    expect(await run([])).toMatchObject({
      status: 'clear',
      summary: 'The namespace runs no pods, so it has no images.',
    });
  });
});

describe('a scan', () => {
  const settings = { startScans: true };

  test('is started where the configuration allows it, and once', async () => {
    const imageScans = scansOf(clean('a'));
    const pods = [pod('a', imageId('a')), pod('x', imageId('e'))];
    expect((await detailsOf(pods, { clients: { imageScans }, settings }))[1]).toMatchObject({
      status: 'scan-started',
      reason: 'a scan was started; its result comes with the second look',
    });
    expect((await detailsOf(pods, { clients: { imageScans }, settings }))[1]).toMatchObject({ status: 'in-progress' });
    expect(await run([pod('x', imageId('e'))], { clients: { imageScans }, settings })).toMatchObject({
      status: 'not-checked',
      reason: 'of 1 image, 1 the scan is under way',
    });
  });

  test('is not started otherwise', async () => {
    const imageScans: ImageScans = {
      ...scansOf(),
      findings: async () => ({ status: 'not-scanned' }),
      startScan: async () => {
        throw new Error('must not be');
      },
    };
    expect((await run([pod('x', imageId('e'))], { clients: { imageScans } })).reason).toContain('1 never scanned');
  });

  test('that cannot be started', async () => {
    const imageScans: ImageScans = {
      findings: async () => ({ status: 'not-scanned', reason: 'scan status UNSUPPORTED_IMAGE' }),
      startScan: async () => Promise.reject(denied('ecr:StartImageScan')),
    };
    expect((await run([pod('x', imageId('e'))], { clients: { imageScans }, settings })).reason).toContain(
      'never scanned (scan status UNSUPPORTED_IMAGE), and could not be started: a scan (denied: its role may not do ecr:StartImageScan',
    );
  });
});

describe('not checked', () => {
  test.each<[string, ImageScans | undefined, string]>([
    ['ECR cannot be asked', undefined, 'ECR cannot be reached from here'],
    [
      'ECR refuses',
      { findings: async () => Promise.reject(denied('ecr:DescribeImageScanFindings')), startScan: async () => {} },
      'ECR (denied: its role may not do ecr:DescribeImageScanFindings',
    ],
    ['ECR answers rubbish', { findings: async () => undefined as never, startScan: async () => {} }, 'TypeError'],
  ])('%s', async (_, imageScans, reason) => {
    const evidence = await run([pod('a', imageId('a'))], { clients: { ...(imageScans && { imageScans }) } });
    expect(evidence).toMatchObject({ status: 'not-checked', reason: expect.stringContaining(reason) });
  });

  test('no way to the cluster, or it fails, or it hangs', async () => {
    expect(await evidenceOf(images, {})).toMatchObject({
      status: 'not-checked',
      reason: 'the cluster cannot be reached from here',
    });
    const at = (kubernetes: Kubernetes) => ({ clients: { kubernetes: { connect: async () => kubernetes } } });
    expect(await run([], at(new Faulty(cluster(), { pods: 'denied' })))).toMatchObject({
      status: 'not-checked',
      reason: expect.stringContaining('cannot list /api/v1/namespaces/shop/pods'),
    });
    expect(
      (await evidenceOf({ ...images, deadlineMs: 30 }, at(new Faulty(cluster(), { pods: 'silent' })))).status,
    ).toBe('not-checked');
    const hanging: ImageScans = { findings: () => new Promise(() => {}), startScan: async () => {} };
    const clients = { kubernetes: cluster({ Pod: [pod('a', imageId('a'))] }), imageScans: hanging };
    expect((await evidenceOf({ ...images, deadlineMs: 30 }, { clients })).status).toBe('not-checked');
  });

  test('rubbish from the cluster is never found to be clean', async () => {
    for (const answers of RUBBISH_LISTS) {
      const kubernetes = new Faulty(cluster(), { pods: { answers } });
      const evidence = await run([], { clients: { kubernetes: { connect: async () => kubernetes } } });
      expect(['clear', 'not-checked']).toContain(evidence.status);
      if (evidence.status === 'clear')
        expect(evidence.summary).toBe('The namespace runs no pods, so it has no images.');
    }
  });

  test.each([{}, { name: 'gen-*' }])('the namespace has no name to ask for: %j', async (namespace) => {
    expect((await run([], { subject: finding({ namespace }) })).status).toBe('not-checked');
  });
});
