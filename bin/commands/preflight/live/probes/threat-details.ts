import {
  GetDetectorCommand,
  GetFindingsCommand,
  ListDetectorsCommand,
  ListFindingsCommand,
} from '@aws-sdk/client-guardduty';
import { AUDIT_FEATURE, FILTER_FIELDS } from '../../../../../functions/clients/aws/aws-threats.ts';
import { counted } from '../../../../../functions/kit/words.ts';
import type { LiveContext, LiveProbe, Observation } from '../probe.ts';

/** Of no account. */
const NOBODY = 'namespace-sentinel-never';
const MAX_FINDINGS = 50;

/** How GuardDuty words what an investigation compares. */
export const threatDetails: LiveProbe = {
  id: 'threat-details',
  question:
    'Does GuardDuty take the fields that we ask by, say since when it looks, and name actors as the audit log does?',
  needs: ['guardduty:ListDetectors', 'guardduty:GetDetector', 'guardduty:ListFindings', 'guardduty:GetFindings'],
  claims: ['guardduty-fields', 'guardduty-since', 'guardduty-actors'],
  async run(context) {
    const { view, signal } = context;
    const options = { abortSignal: signal };
    const { DetectorIds: [DetectorId] = [] } = await view.clients.guardduty.send(new ListDetectorsCommand({}), options);
    if (DetectorId === undefined) {
      const says = 'GuardDuty is off in this Region.';
      return threatDetails.claims.map((claim) => ({ claim, verdict: 'not-seen', says }));
    }
    return [await fields(context, DetectorId), await since(context, DetectorId), await actors(context, DetectorId)];
  },
};

async function fields({ view, signal }: LiveContext, DetectorId: string): Promise<Observation> {
  const claim = 'guardduty-fields';
  const { archived: _, updatedAt: __, ...asked } = FILTER_FIELDS;
  const refused: string[] = [];
  for (const field of Object.values(asked)) {
    const FindingCriteria = { Criterion: { [field]: { Equals: [NOBODY] } } };
    try {
      await view.clients.guardduty.send(new ListFindingsCommand({ DetectorId, FindingCriteria }), {
        abortSignal: signal,
      });
    } catch (error) {
      if (Object(error).name !== 'BadRequestException') throw error;
      refused.push(field);
    }
  }
  const count = Object.keys(asked).length;
  if (refused.length === 0)
    return { claim, verdict: 'proven', says: `it takes all ${count} fields by which an investigation asks.` };
  return {
    claim,
    verdict: 'contradicted',
    says: `it refuses ${refused.join(', ')}.`,
    todo: 'send the report: the check for threats has no answer by these fields',
  };
}

async function since({ view, signal }: LiveContext, DetectorId: string): Promise<Observation> {
  const claim = 'guardduty-since';
  const { Features = [] } = await view.clients.guardduty.send(new GetDetectorCommand({ DetectorId }), {
    abortSignal: signal,
  });
  const audit = Features.find(({ Name, Status }) => Name === AUDIT_FEATURE && Status === 'ENABLED');
  if (!audit) return { claim, verdict: 'not-seen', says: 'its EKS Protection is off.' };
  const at = audit.UpdatedAt?.getTime();
  return at === undefined || Number.isNaN(at)
    ? {
        claim,
        verdict: 'contradicted',
        says: 'it does not say since when its EKS Protection is on.',
        todo: 'send the report',
      }
    : { claim, verdict: 'proven', says: `its EKS Protection was changed last at ${new Date(at).toISOString()}.` };
}

/** What the audit log has as the user of somebody whom EKS let in by IAM. */
const AS_IN_AUDIT = /^(arn:aws[a-z-]*:(iam|sts)::\d{12}:|system:|eks:)/;

async function actors({ view, signal }: LiveContext, DetectorId: string): Promise<Observation> {
  const claim = 'guardduty-actors';
  const options = { abortSignal: signal };
  const FindingCriteria = { Criterion: { type: { Equals: ['AttackSequence:EKS/CompromisedCluster'] } } };
  const list = new ListFindingsCommand({ DetectorId, FindingCriteria, MaxResults: MAX_FINDINGS });
  const { FindingIds = [] } = await view.clients.guardduty.send(list, options);
  if (FindingIds.length === 0) return { claim, verdict: 'not-seen', says: 'it has no attack sequence of a cluster.' };
  const { Findings = [] } = await view.clients.guardduty.send(
    new GetFindingsCommand({ DetectorId, FindingIds }),
    options,
  );
  const names = Findings.flatMap(({ Service }) =>
    (Service?.Detection?.Sequence?.Actors ?? []).flatMap(({ User }) => User?.Name ?? []),
  );
  const alike = names.filter((name) => AS_IN_AUDIT.test(name)).length;
  const says = `${counted(Findings.length, 'attack sequence')} of clusters ${Findings.length === 1 ? 'names' : 'name'} ${counted(names.length, 'actor')}, ${alike} of them in a form of the audit log.`;
  // The names themselves are those of people, and stay here.
  return { claim, verdict: names.length === 0 ? 'not-seen' : 'proven', says };
}
