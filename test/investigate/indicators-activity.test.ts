/** The indicators that rest on what the creator did, and on who is known; each row a fact, and what it weighs. */
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { AT, CI_ROLE, serviceAccount } from '../checks/examples.ts';
import { by, type Given, minutes, table } from './indicator-table.ts';

const activity = (details: Partial<DetailsByCheck['actor-activity']>, status?: Evidence['status']): Given => ({
  evidence: [by('actor-activity', details, status)],
});
table('refused-before', [
  ['no evidence', {}],
  ['nine refusals', activity({ refusedBefore: 9 })],
  ['ten refusals', activity({ refusedBefore: 10 }), 15, 'refused 10 requests'],
  ['no answer', activity({ refusedBefore: 50 }, 'not-checked')],
  ['details without the count', activity({})],
]);

const reads = (secretsRead: number, ...byVerb: DetailsByCheck['actor-activity']['byVerb']): Given =>
  activity({ secretsRead, byVerb });
table('secrets-read', [
  ['none', reads(0)],
  ['nine single reads', reads(9, { verb: 'get', resource: 'secrets', count: 9, refused: 0 })],
  ['ten single reads', reads(10, { verb: 'get', resource: 'secrets', count: 10, refused: 0 }), 20, '10 times.'],
  ['one list', reads(1, { verb: 'list', resource: 'secrets', count: 1, refused: 0 }), 20, 'whole lists among them'],
  ['one watch', reads(1, { verb: 'watch', resource: 'secrets', count: 1, refused: 0 }), 20],
  ['lists that were refused', reads(0, { verb: 'list', resource: 'secrets', count: 4, refused: 4 })],
  ['lists of something else', reads(0, { verb: 'list', resource: 'configmaps', count: 40, refused: 0 })],
  ['details without counts', activity({})],
]);
table('exec', [
  ['none', activity({ exec: 0 })],
  ['once', activity({ exec: 1 }), 10, 'into running pods once'],
  ['no evidence', {}],
]);
table('token-request', [
  ['none', activity({ tokenRequests: 0 })],
  ['twice', activity({ tokenRequests: 2 }), 15, '2 times'],
]);
table('webhook-change', [
  ['none', activity({ webhooksChanged: 0 })],
  ['once', activity({ webhooksChanged: 1 }), 15, 'admission configuration once'],
]);

const PEER = '203.0.113.9';
const seen = (value: string, at: number) => ({ value, firstSeen: minutes(at), count: 1 });
const addresses = (firstSeen: number, list: [string, number][], more = false): Given => ({
  finding: { request: { at: AT, sourceIps: ['10.0.0.1', PEER], userAgent: 'curl/8' } },
  evidence: [
    by('actor-activity', {
      more,
      firstSeen: minutes(firstSeen),
      addresses: list.map(([value, at]) => seen(value, at)),
      userAgents: list.map(([value, at]) => seen(value === PEER ? 'curl/8' : value, at)),
    }),
  ],
});
const newcomers: Parameters<typeof table>[1] = [
  ['no evidence', {}],
  [
    'new since minutes, another one before',
    addresses(-600, [
      ['10.9.9.9', -600],
      [PEER, -5],
    ]),
    10,
  ],
  [
    'new with this request',
    addresses(-600, [
      ['10.9.9.9', -600],
      [PEER, 0],
    ]),
    10,
  ],
  [
    'in use for long',
    addresses(-600, [
      ['10.9.9.9', -600],
      [PEER, -300],
    ]),
  ],
  ['the only one, of an actor that was not seen before', addresses(-5, [[PEER, -5]])],
  [
    'more requests than were read',
    addresses(
      -600,
      [
        ['10.9.9.9', -600],
        [PEER, -5],
      ],
      true,
    ),
  ],
  ['not among those listed: it was used longer than they were', addresses(-600, [['10.9.9.9', -1]])],
  [
    'a request that does not tell it',
    {
      ...addresses(-600, [
        ['10.9.9.9', -600],
        [PEER, -5],
      ]),
      finding: { request: { at: AT } },
    },
  ],
];
table('new-address', newcomers);
table('new-user-agent', newcomers);

const known = {
  namePattern: 'shop-*',
  decidedBy: 'alice',
  decidedAt: AT,
  expiresAt: minutes(1_000),
  origin: 'decision',
};
const creator = (details: object, status?: Evidence['status']): Given => ({
  evidence: [by('known-creator', { principal: CI_ROLE, ...details }, status)],
});
table('new-creator', [
  ['no evidence', {}],
  ['nobody has said so', creator({}), 15, 'Nobody has said yet'],
  ['somebody has', creator({ known })],
  ['no answer', creator({}, 'not-checked')],
]);
table('known-creator', [
  ['nobody has said so', creator({})],
  ['somebody has', creator({ known }), -15, 'alice has said that the creator makes namespaces named like shop-*'],
  ['no answer', creator({ known }, 'not-checked')],
]);
table('service-account-creator', [
  ['a role', {}],
  ['a service account', { finding: { actor: serviceAccount() } }, 15, 'system:serviceaccount:shop:cart'],
  ['one that is known', { finding: { actor: serviceAccount() }, knownAutomation: ['system:serviceaccount:shop:cart'] }],
  [
    'while another is known',
    { finding: { actor: serviceAccount() }, knownAutomation: ['system:serviceaccount:shop:car'] },
    15,
  ],
  ['one that a person knows', { ...creator({ known }), finding: { actor: serviceAccount() } }],
  ['one that nobody knows', { ...creator({}), finding: { actor: serviceAccount() } }, 15],
]);
