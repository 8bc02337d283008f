import {
  DescribeImageScanFindingsCommand,
  type ECRClient,
  type EnhancedImageScanFinding,
  type ImageScanFinding,
  type ImageScanFindings,
  ScanNotFoundException,
  StartImageScanCommand,
} from '@aws-sdk/client-ecr';
import { defined } from '../../kit/defined.ts';
import type { EcrImage, ImageScan, ImageScans } from './cloud-findings.ts';

/** The most that one request returns; what is worst is looked for among these. */
const PAGE = 1_000;
const WORST = 5;

/** ImageScanStatus: a scan that is over. `ACTIVE` is Inspector's, which scans on. */
const SCANNED = ['COMPLETE', 'ACTIVE'];
const UNDER_WAY = ['IN_PROGRESS', 'PENDING'];

/**
 * Asks Amazon ECR: its answer holds the findings of basic scanning, or Inspector's where the registry is set to enhanced
 * scanning.
 */
export class AwsImageScans implements ImageScans {
  readonly #clientOf: (region: string) => ECRClient;

  /** @param clientOf gives the client of a Region, the same one each time */
  constructor(clientOf: (region: string) => ECRClient) {
    this.#clientOf = clientOf;
  }

  async findings(image: EcrImage, signal: AbortSignal): Promise<ImageScan> {
    try {
      const describe = new DescribeImageScanFindingsCommand({ ...named(image), maxResults: PAGE });
      const answer = await this.#clientOf(image.region).send(describe, { abortSignal: signal });
      const { status = '', description } = answer.imageScanStatus ?? {};
      if (UNDER_WAY.includes(status)) return { status: 'in-progress' };
      if (SCANNED.includes(status) && answer.imageScanFindings) return scanOf(answer.imageScanFindings);
      return {
        status: 'not-scanned',
        reason: `scan status ${status || 'unknown'}${description ? `: ${description}` : ''}`,
      };
    } catch (error) {
      if (error instanceof ScanNotFoundException) return { status: 'not-scanned' };
      throw error;
    }
  }

  async startScan(image: EcrImage, signal: AbortSignal): Promise<void> {
    await this.#clientOf(image.region).send(new StartImageScanCommand(named(image)), { abortSignal: signal });
  }
}

const named = ({ registryId, repository, digest }: EcrImage) => ({
  registryId,
  repositoryName: repository,
  imageId: { imageDigest: digest },
});

function scanOf({
  imageScanCompletedAt,
  findingSeverityCounts,
  findings,
  enhancedFindings,
}: ImageScanFindings): ImageScan {
  const all = [...(findings ?? []).map(basicFinding), ...(enhancedFindings ?? []).map(inspectorFinding)];
  return {
    status: 'scanned',
    ...defined({ scannedAt: imageScanCompletedAt?.toISOString() }),
    bySeverity: { ...findingSeverityCounts },
    worst: all.sort((a, b) => rank(a.severity) - rank(b.severity)).slice(0, WORST),
  };
}

const ORDER = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];
const rank = (severity: string): number => (ORDER.includes(severity) ? ORDER.indexOf(severity) : ORDER.length);

const basicFinding = ({ name, severity, attributes }: ImageScanFinding) => {
  const inPackage = attributes?.find(({ key }) => key === 'package_name')?.value;
  return { id: name ?? 'unnamed', severity: severity ?? 'UNDEFINED', ...defined({ package: inPackage || undefined }) };
};

const inspectorFinding = ({ title, severity, packageVulnerabilityDetails: details }: EnhancedImageScanFinding) => {
  const inPackage = details?.vulnerablePackages?.[0]?.name;
  return {
    id: details?.vulnerabilityId ?? title ?? 'unnamed',
    severity: severity ?? 'UNDEFINED',
    ...defined({ package: inPackage || undefined }),
  };
};
