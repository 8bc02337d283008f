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
export const SCANNED: readonly string[] = ['COMPLETE', 'ACTIVE'];
export const UNDER_WAY: readonly string[] = ['IN_PROGRESS', 'PENDING'];

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
      if (SCANNED.includes(status))
        return hasResult(answer.imageScanFindings)
          ? scanOf(answer.imageScanFindings, answer.nextToken !== undefined)
          : { status: 'in-progress', reason: `the scan is ${status}, and its result is not there yet` };
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

/**
 * Whether there is a result. With enhanced scanning ECR answers ACTIVE or COMPLETE with an empty `findings` some seconds
 * before it has one (aws/aws-sdk#289, aws/aws-cli#6759): only one of these three shows that it looked.
 */
const hasResult = (found: ImageScanFindings | undefined): found is ImageScanFindings =>
  found?.imageScanCompletedAt !== undefined ||
  found?.findingSeverityCounts !== undefined ||
  found?.enhancedFindings !== undefined ||
  (found?.findings?.length ?? 0) > 0;

/** @param more whether there are findings beyond those given */
function scanOf(
  { imageScanCompletedAt, findingSeverityCounts, findings, enhancedFindings }: ImageScanFindings,
  more: boolean,
): ImageScan {
  const all = [...(findings ?? []).map(basicFinding), ...(enhancedFindings ?? []).map(inspectorFinding)];
  const counts = findingSeverityCounts ?? countsOf(all);
  return {
    status: 'scanned',
    ...defined({
      scannedAt: imageScanCompletedAt?.toISOString(),
      reason: more && !findingSeverityCounts ? `only the first ${all.length} findings were read` : undefined,
    }),
    bySeverity: { ...counts },
    worst: all.sort((a, b) => rank(a.severity) - rank(b.severity)).slice(0, WORST),
  };
}

/** Where ECR gives no counts: no count is not the count zero. */
function countsOf(findings: readonly { severity: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { severity } of findings) counts[severity] = (counts[severity] ?? 0) + 1;
  return counts;
}

/** FindingSeverity, the worst first. Inspector writes UNTRIAGED where ECR writes UNDEFINED. */
export const ORDER: readonly string[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL'];
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
