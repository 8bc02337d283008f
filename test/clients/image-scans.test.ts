import {
  DescribeImageScanFindingsCommand,
  ECRClient,
  LimitExceededException,
  ScanNotFoundException,
  StartImageScanCommand,
} from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { AwsImageScans } from '../../functions/clients/aws/aws-image-scans.ts';
import { localCloud } from '../../functions/clients/local/cloud.ts';

const mock = mockClient(ECRClient);
const regions: string[] = [];
const scans = new AwsImageScans((region) => {
  regions.push(region);
  return new ECRClient({ region });
});
const { signal } = new AbortController();
const IMAGE = {
  registryId: '111122223333',
  region: 'eu-central-1',
  repository: 'shop/cart',
  digest: `sha256:${'a'.repeat(64)}`,
};

beforeEach(() => void mock.reset());

describe('what ECR knows of an image', () => {
  test('by basic scanning', async () => {
    mock.on(DescribeImageScanFindingsCommand).resolves({
      imageScanStatus: { status: 'COMPLETE' },
      imageScanFindings: {
        imageScanCompletedAt: new Date('2026-11-20T00:00:00Z'),
        findingSeverityCounts: { HIGH: 1, LOW: 2 },
        findings: [
          { name: 'CVE-2', severity: 'LOW', attributes: [{ key: 'package_name', value: 'zlib' }] },
          { name: 'CVE-1', severity: 'HIGH', attributes: [{ key: 'package_name', value: 'openssl' }] },
          { name: 'CVE-3' },
        ],
      },
    });
    expect(await scans.findings(IMAGE, signal)).toEqual({
      status: 'scanned',
      scannedAt: '2026-11-20T00:00:00.000Z',
      bySeverity: { HIGH: 1, LOW: 2 },
      worst: [
        { id: 'CVE-1', severity: 'HIGH', package: 'openssl' },
        { id: 'CVE-2', severity: 'LOW', package: 'zlib' },
        { id: 'CVE-3', severity: 'UNDEFINED' },
      ],
    });
    expect(regions).toContain('eu-central-1');
    expect(mock.commandCalls(DescribeImageScanFindingsCommand)[0]?.args[0].input).toMatchObject({
      registryId: '111122223333',
      repositoryName: 'shop/cart',
      imageId: { imageDigest: IMAGE.digest },
    });
  });

  test('by Inspector', async () => {
    mock.on(DescribeImageScanFindingsCommand).resolves({
      imageScanStatus: { status: 'ACTIVE', description: 'Continuous scan is selected for image.' },
      imageScanFindings: {
        findingSeverityCounts: { CRITICAL: 7 },
        enhancedFindings: [
          { title: 'CVE-9 - x', severity: 'MEDIUM', packageVulnerabilityDetails: { vulnerabilityId: 'CVE-9' } },
          ...Array.from({ length: 7 }, (_, index) => ({
            severity: 'CRITICAL',
            packageVulnerabilityDetails: {
              vulnerabilityId: `CVE-${index}`,
              vulnerablePackages: [{ name: 'log4j', version: '2' }],
            },
          })),
        ],
      },
    });
    const scan = await scans.findings(IMAGE, signal);
    expect(scan).toMatchObject({ status: 'scanned', bySeverity: { CRITICAL: 7 } });
    expect(scan.worst).toHaveLength(5);
    expect(scan.worst?.[0]).toEqual({ id: 'CVE-0', severity: 'CRITICAL', package: 'log4j' });
  });

  test.each([
    ['IN_PROGRESS', { status: 'in-progress' }],
    ['PENDING', { status: 'in-progress' }],
    ['FAILED', { status: 'not-scanned', reason: 'scan status FAILED: why' }],
    ['UNSUPPORTED_IMAGE', { status: 'not-scanned', reason: 'scan status UNSUPPORTED_IMAGE: why' }],
    ['COMPLETE', { status: 'in-progress', reason: 'the scan is COMPLETE, and its result is not there yet' }],
    ['ACTIVE', { status: 'in-progress', reason: 'the scan is ACTIVE, and its result is not there yet' }],
  ] as const)('with the status %s, and no findings', async (status, expected) => {
    mock.on(DescribeImageScanFindingsCommand).resolves({ imageScanStatus: { status, description: 'why' } });
    expect(await scans.findings(IMAGE, signal)).toEqual(expected);
  });

  test.each(['ACTIVE', 'COMPLETE'] as const)(
    '%s and an empty list is not a result yet; one sign is enough',
    async (status) => {
      const answer = (found: object) =>
        mock
          .on(DescribeImageScanFindingsCommand)
          .resolves({ imageScanStatus: { status }, imageScanFindings: { findings: [], ...found } });
      answer({});
      expect((await scans.findings(IMAGE, signal)).status).toBe('in-progress');
      for (const sign of [
        { imageScanCompletedAt: new Date('2026-11-20T00:00:00Z') },
        { findingSeverityCounts: {} },
        { enhancedFindings: [] },
      ]) {
        answer(sign);
        expect(await scans.findings(IMAGE, signal)).toMatchObject({ status: 'scanned', bySeverity: {}, worst: [] });
      }
    },
  );

  test('without counts, what is listed is counted, and a list that goes on is said to', async () => {
    mock.on(DescribeImageScanFindingsCommand).resolves({
      imageScanStatus: { status: 'ACTIVE' },
      imageScanFindings: { enhancedFindings: [{ severity: 'CRITICAL' }, { severity: 'LOW' }] },
      nextToken: 'n',
    });
    expect(await scans.findings(IMAGE, signal)).toMatchObject({
      bySeverity: { CRITICAL: 1, LOW: 1 },
      reason: 'only the first 2 findings were read',
    });
  });

  test('nothing, where it was never scanned; an answer without a status is none', async () => {
    mock
      .on(DescribeImageScanFindingsCommand)
      .rejectsOnce(new ScanNotFoundException({ message: '', $metadata: {} }))
      .resolves({});
    expect(await scans.findings(IMAGE, signal)).toEqual({ status: 'not-scanned' });
    expect(await scans.findings(IMAGE, signal)).toEqual({ status: 'not-scanned', reason: 'scan status unknown' });
  });

  test('errors pass', async () => {
    mock.on(DescribeImageScanFindingsCommand).rejects(new Error('denied'));
    await expect(scans.findings(IMAGE, signal)).rejects.toThrow('denied');
    mock.on(StartImageScanCommand).rejects(new LimitExceededException({ message: 'once a day', $metadata: {} }));
    await expect(scans.startScan(IMAGE, signal)).rejects.toThrow('once a day');
  });

  test('a scan is started of that image', async () => {
    mock.on(StartImageScanCommand).resolves({});
    await scans.startScan(IMAGE, signal);
    expect(mock.commandCalls(StartImageScanCommand)[0]?.args[0].input).toEqual({
      registryId: '111122223333',
      repositoryName: 'shop/cart',
      imageId: { imageDigest: IMAGE.digest },
    });
  });
});

test('recorded scans answer by the whole name of the image', async () => {
  const { imageScans: local } = localCloud({ imageScans: [{ ...IMAGE, status: 'scanned', bySeverity: { LOW: 1 } }] });
  const other = { ...IMAGE, repository: 'shop/other' };
  expect(await local?.findings(IMAGE, signal)).toEqual({ status: 'scanned', bySeverity: { LOW: 1 } });
  expect(await local?.findings(other, signal)).toEqual({ status: 'not-scanned' });
  await local?.startScan(other, signal);
  expect(await local?.findings(other, signal)).toEqual({ status: 'in-progress' });
});
