import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError, loadConfig, parseConfig } from '../../lib/config/config.ts';
import { lineOf } from '../../lib/config/mistakes.ts';
import { FORM } from './mistake-form.ts';

const ok = 'clusters: [{ name: demo }]\n';

/** A cluster in a network, which differs in its VPC. */
const placed = (name: string, digit: string) => ({
  name,
  vpc: `vpc-0123abc${digit}`,
  subnets: ['subnet-0123abcd'],
  securityGroups: ['sg-0123abcd'],
});

const inVpc = (subnets: string, securityGroups = '[sg-0123abcd]') =>
  `clusters: [{ name: a, vpc: vpc-0123abcd, subnets: ${subnets}, securityGroups: ${securityGroups} }]`;

/** The mistakes as they are printed, without the words before them. */
function mistakesIn(text: string): string[] {
  try {
    parseConfig(text, 'test.yaml');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mistakes.map((each) => lineOf(each).replace(/^line /, ''));
  }
  return [];
}

describe('a configuration', () => {
  test('needs only clusters; the rest has defaults', () => {
    expect(parseConfig(ok, 'test.yaml')).toEqual({
      stackName: 'NamespaceSentinel',
      clusters: [{ name: 'demo', cutLines: false, accessEntries: true }],
      centralClusters: [],
      emails: [],
      retention: { logsDays: 90, findingsDays: 400, evidenceDays: 400, protectTable: false },
      limits: { maxUnzippedMiB: 64, investigationBudgetSeconds: 25, reservedConcurrency: {} },
      knownAutomation: [],
      investigation: {
        windowHours: 24,
        startScans: false,
        usualRegistries: [],
        contacts: [],
        proxies: [],
        breakGlass: [],
        logBudgetVolumes: 12,
        flowLogGroups: [],
        weights: {},
        severities: {},
      },
      containment: {
        enabled: true,
        protectedNamespaces: ['amazon-cloudwatch', 'amazon-guardduty'],
        exempt: [],
        questionHours: 4,
        autoStart: { severity: 'never', maxPerHour: 3 },
      },
      alarms: { functionErrors: 1, eventAgeSeconds: 300, rejectedRecords: 1 },
      dashboard: true,
    });
  });

  test.each<[string, string, string[]]>([
    ['nothing', '', ['clusters: this key is missing. Fix: add it (the clusters to watch).']],
    ['a list', '- a', ['1: the configuration: ["a"] is not accepted. Fix: use a group of keys.']],
    [
      'no cluster',
      'clusters: []',
      ['1: clusters: it is empty. Fix: add an item (the clusters to watch), or one under centralClusters.'],
    ],
    [
      'a cluster without name',
      'clusters:\n  - cutLines: true',
      [
        '2: clusters[0].name: this key is missing. Fix: add it (name of the EKS cluster, in the account and Region of the stack).',
      ],
    ],
    [
      'a name that EKS refuses',
      'clusters:\n  - name: a/b',
      [
        expect.stringMatching(
          /^2: clusters\[0\]\.name: "a\/b" is not accepted\. Fix: use the name of an EKS cluster: /,
        ) as unknown as string,
      ],
    ],
    [
      'a cluster twice',
      'clusters:\n  - name: a\n  - name: b\n  - name: a',
      ['4: clusters[2].name: it is the same as in item [0]. Fix: remove one of them.'],
    ],
    [
      'an address twice',
      `${ok}emails:\n  - address: a@b.example\n  - address: a@b.example`,
      ['4: emails[1].address: it is the same as in item [0]. Fix: remove one of them.'],
    ],
    [
      'no address',
      `${ok}emails: [{ address: oncall }]`,
      ['2: emails[0].address: "oncall" is not accepted. Fix: use an e-mail address, such as oncall@example.com.'],
    ],
    [
      'an account as number',
      `${ok}account: 111122223333`,
      [
        '2: account: 111122223333 is not accepted. Fix: use the 12 digits of the AWS account in quotes: without them YAML reads a number.',
      ],
    ],
    [
      'no Region',
      `${ok}region: Ireland`,
      ['2: region: "Ireland" is not accepted. Fix: use an AWS Region, such as eu-west-1.'],
    ],
    [
      'a severity that there is not',
      `${ok}emails: [{ address: a@b.example, minSeverity: HUGE }]`,
      ['2: emails[0].minSeverity: "HUGE" is not accepted. Fix: use one of LOW, MEDIUM, HIGH, CRITICAL.'],
    ],
    [
      'a frequency that there is not',
      `${ok}emails: [{ address: a@b.example, digest: monthly }]`,
      ['2: emails[0].digest: "monthly" is not accepted. Fix: use one of hourly, daily, weekly.'],
    ],
    [
      'a retention that CloudWatch Logs refuses',
      `${ok}retention: { logsDays: 10 }`,
      [
        expect.stringMatching(
          /^2: retention\.logsDays: 10 is not accepted\. Fix: use one of 1, 3, .*, 3653\.$/,
        ) as unknown as string,
      ],
    ],
    [
      'text for a number',
      `${ok}retention: { findingsDays: long }`,
      ['2: retention.findingsDays: "long" is not accepted. Fix: use a whole number.'],
    ],
    [
      'half a day',
      `${ok}retention: { findingsDays: 1.5 }`,
      ['2: retention.findingsDays: 1.5 is not accepted. Fix: use a whole number.'],
    ],
    [
      'too long',
      `${ok}limits: { investigationBudgetSeconds: 90 }`,
      ['2: limits.investigationBudgetSeconds: 90 is too large. Fix: use at most 45.'],
    ],
    [
      'too small',
      `${ok}limits: { maxUnzippedMiB: 0 }`,
      ['2: limits.maxUnzippedMiB: 0 is too small. Fix: use at least 1.'],
    ],
    [
      'text for yes or no',
      `clusters: [{ name: a, cutLines: "yes" }]`,
      ['1: clusters[0].cutLines: "yes" is not accepted. Fix: use true or false.'],
    ],
    [
      'a switched-off topic',
      `${ok}chat: { topic: false }`,
      ['2: chat.topic: false is not accepted. Fix: use true; to have no chat topic, leave out "chat".'],
    ],
    ['an empty group', `${ok}chat:`, ['2: chat: null is not accepted. Fix: use a group of keys.']],
    [
      'more automation than fits',
      `${ok}knownAutomation: [${'x'.repeat(3600)}]`,
      [
        '2: knownAutomation: it is too long: with investigation it makes 3789 bytes of settings, and Lambda takes 3750. Fix: shorten it, by patterns in place of many names.',
      ],
    ],
    [
      'more of everything than fits, and another mistake',
      `${ok}knownAutomation: [${'x'.repeat(1000)}]\nregion: here\ninvestigation:\n  usualRegistries: [${'x'.repeat(2700)}]`,
      [
        '3: region: "here" is not accepted. Fix: use an AWS Region, such as eu-west-1.',
        '5: investigation: it is too long: with knownAutomation it makes 3893 bytes of settings, and Lambda takes 3750. Fix: shorten it, by patterns in place of many names.',
      ],
    ],
    [
      'weights that the function would refuse, all of them',
      `${ok}investigation:\n  weights:\n    exec: 101\n    exce: 5\n    known-automation: 5\n    miner: 0.5\n    new-creator: much`,
      [
        '4: investigation.weights.exec: 101 is not accepted. Fix: use a whole number from 0 to 100.',
        '5: investigation.weights.exce: there is no indicator "exce". Fix: use "exec", if that is what you mean.',
        '6: investigation.weights.known-automation: 5 is not accepted. Fix: use a whole number from -100 to 0.',
        '7: investigation.weights.miner: 0.5 is not accepted. Fix: use a whole number from 0 to 100.',
        '8: investigation.weights.new-creator: "much" is not accepted. Fix: use a whole number.',
      ],
    ],
    [
      'severities out of order',
      `${ok}investigation: { severities: { HIGH: 80 } }`,
      [
        '2: investigation.severities: MEDIUM begins at 25, HIGH at 80, CRITICAL at 75. Fix: use whole numbers from 1 to 100, each above the one before.',
      ],
    ],
    [
      'a severity out of range, told once',
      `${ok}investigation: { severities: { MEDIUM: 0 } }`,
      ['2: investigation.severities.MEDIUM: 0 is too small. Fix: use at least 1.'],
    ],
    [
      'a severity that there is not to begin',
      `${ok}investigation: { severities: { LOW: 1 } }`,
      ['2: investigation.severities.LOW: there is no such key. Fix: use one of MEDIUM, HIGH, CRITICAL.'],
    ],
    [
      'a weight of break-glass roles below the MEDIUM of the same file',
      `${ok}investigation: { weights: { break-glass: 30 }, severities: { MEDIUM: 40 } }`,
      [
        '2: investigation.weights.break-glass: 30 is too small, as its use is always reported. Fix: use at least 40, at which MEDIUM begins.',
      ],
    ],
    [
      'a low weight of break-glass roles, and MEDIUM as low',
      `${ok}investigation: { weights: { break-glass: 20 }, severities: { MEDIUM: 15 } }`,
      [],
    ],
    [
      'an indicator that there is not at all',
      `${ok}investigation: { weights: { qqqqqqqqqqqqqqq: 1 } }`,
      [
        '2: investigation.weights.qqqqqqqqqqqqqqq: there is no indicator "qqqqqqqqqqqqqqq". Fix: use an id of docs/indicators.md.',
      ],
    ],
    [
      'a role with its path, a session, and everybody',
      `${ok}knownAutomation:\n  - arn:aws:iam::111122223333:role/a/b\n  - arn:aws:sts::111122223333:assumed-role/a/b\n  - '*'`,
      [
        '3: knownAutomation[0]: it has the path of the role, which the audit log does not hold. Fix: leave the path out: arn:aws:iam::111122223333:role/NAME.',
        '4: knownAutomation[1]: it is the ARN of a session. Fix: use the ARN of the role: arn:aws:iam::111122223333:role/NAME.',
        '5: knownAutomation[2]: it would mean everybody. Fix: name an identity.',
      ],
    ],
    [
      'more items than are taken',
      `clusters: ${JSON.stringify(Array.from({ length: 101 }, (_, index) => ({ name: `c${index}` })))}`,
      ['1: clusters: it has 101 items. Fix: keep at most 100.'],
    ],
    [
      'nobody for the health of it',
      `${ok}healthEmails: []`,
      ['2: healthEmails: it names nobody. Fix: add an address, or leave healthEmails out.'],
    ],
    [
      'all registries',
      `${ok}investigation: { usualRegistries: ['*'] }`,
      ['2: investigation.usualRegistries[0]: it would make every registry usual. Fix: name a registry.'],
    ],
    [
      'all log groups',
      `${ok}investigation: { flowLogGroups: ['/vpc/*'] }`,
      [
        '2: investigation.flowLogGroups[0]: "/vpc/*" is not accepted. Fix: use the name of a log group: letters, digits and the signs _ - / # and the full stop.',
      ],
    ],
    [
      'a window longer than CloudTrail remembers',
      `${ok}investigation: { windowHours: 3000 }`,
      ['2: investigation.windowHours: 3000 is too large. Fix: use at most 2160.'],
    ],
    [
      'nobody to ask',
      `${ok}investigation: { contacts: [{ pattern: 'arn:*' }] }`,
      [
        '2: investigation.contacts[0].contact: this key is missing. Fix: add it (whom to ask: a team, an address, a channel).',
      ],
    ],
    ['an empty name', `${ok}knownAutomation: [""]`, ['2: knownAutomation[0]: it is empty. Fix: give it a value.']],
    [
      'a typing error',
      `${ok}retenton: {}`,
      ['2: retenton: there is no such key. Fix: use "retention", if that is what you mean.'],
    ],
    [
      'a typing error further in',
      `clusters:\n  - name: a\n    cutlines: true`,
      ['3: clusters[0].cutlines: there is no such key. Fix: use "cutLines", if that is what you mean.'],
    ],
    [
      'a strange key',
      `clusters:\n  - name: a\n    zone: x`,
      [
        '3: clusters[0].zone: there is no such key. Fix: use one of name, cutLines, accessEntries, vpc, subnets, securityGroups.',
      ],
    ],
    [
      'half a network',
      `clusters:\n  - name: a\n    vpc: vpc-0123abcd\n  - name: -b\n    subnets: [subnet-0123abcd]`,
      [
        '2: clusters[0]: the network lacks subnets and securityGroups. Fix: give vpc, subnets, securityGroups, all three or none.',
        expect.stringMatching(/^4: clusters\[1\]\.name: "-b" is not accepted\. Fix: /) as unknown as string,
        '4: clusters[1]: the network lacks vpc and securityGroups. Fix: give vpc, subnets, securityGroups, all three or none.',
      ],
    ],
    [
      'ids of something else',
      `clusters:\n  - name: a\n    vpc: subnet-0123abcd\n    subnets:\n      - subnet-0123ABCD\n    securityGroups: [sg-0123]`,
      [
        '3: clusters[0].vpc: "subnet-0123abcd" is not accepted. Fix: use the id of a VPC, such as vpc-0123456789abcdef0.',
        '5: clusters[0].subnets[0]: "subnet-0123ABCD" is not accepted. Fix: use the id of a subnet, such as subnet-0123456789abcdef0.',
        '6: clusters[0].securityGroups[0]: "sg-0123" is not accepted. Fix: use the id of a security group, such as sg-0123456789abcdef0.',
      ],
    ],
    [
      'no subnet, and one group too many',
      inVpc('[]', JSON.stringify(['1', '2', '3', '4', '5', '6'].map((digit) => `sg-0123abc${digit}`))),
      [
        '1: clusters[0].subnets: it is empty. Fix: add an item (private subnets of the VPC for the functions that talk to the cluster).',
        '1: clusters[0].securityGroups: it has 6 items. Fix: keep at most 5.',
      ],
    ],
    [
      'a subnet twice',
      inVpc('[subnet-0123abcd, subnet-0123abcd]'),
      ['1: clusters[0].subnets: it names one twice. Fix: remove one of them.'],
    ],
    [
      'more networks than a stack takes',
      `clusters: ${JSON.stringify(['1', '2', '3', '4', '5', '6'].map((digit) => placed(`c${digit}`, digit)))}`,
      [
        '1: clusters: the clusters are in 6 networks, and a stack takes 3. Fix: give the others a configuration of their own.',
      ],
    ],
    [
      'more names in networks than fit',
      `clusters: ${JSON.stringify([
        placed('a', '1'),
        ...Array.from({ length: 39 }, (_, index) => placed(`${index}${'x'.repeat(98)}`, '2')),
      ])}`,
      [
        '1: clusters: the names are too long for so many networks: 4159 bytes of settings, and Lambda takes 3300. Fix: give some clusters a configuration of their own.',
      ],
    ],
    [
      'no namespace, and all namespaces',
      `${ok}containment:\n  protectedNamespaces:\n    - Team-A\n    - '*'\n    - 'team-*'`,
      [
        '4: containment.protectedNamespaces[0]: "Team-A" is not accepted. Fix: use the name of a namespace; * stands for any text, as in team-*.',
        '5: containment.protectedNamespaces[1]: it would protect every namespace. Fix: name namespaces, or set containment.enabled to false.',
      ],
    ],
    [
      'a question that waits for two weeks, and removal that starts by itself',
      `${ok}containment:\n  questionHours: 336\n  autoStart: { severity: LOW, maxPerHour: 0 }\n  objectLockDays: 0`,
      [
        '3: containment.questionHours: 336 is too large. Fix: use at most 168.',
        '4: containment.autoStart.severity: "LOW" is not accepted. Fix: use one of never, MEDIUM, HIGH, CRITICAL.',
        '4: containment.autoStart.maxPerHour: 0 is too small. Fix: use at least 1.',
        '5: containment.objectLockDays: 0 is too small. Fix: use at least 1.',
      ],
    ],
    [
      'isolation that starts by itself, without playbooks',
      `${ok}containment:\n  enabled: false\n  autoStart: { severity: HIGH }`,
      [
        '4: containment.autoStart.severity: no playbook can start while containment.enabled is false. Fix: set containment.enabled to true, or this to never.',
      ],
    ],
    [
      'more protected namespaces than fit',
      `${ok}containment:\n  protectedNamespaces: ${JSON.stringify(Array.from({ length: 60 }, (_, index) => `team-${String(index).padEnd(55, 'x')}`))}`,
      [
        '3: containment: with the clusters in networks it makes 4434 bytes of settings, and Lambda takes 2450. Fix: use patterns in protectedNamespaces, or give some clusters a configuration of their own.',
      ],
    ],
    [
      'a stack name too long for its playbooks',
      `${ok}stackName: ${'x'.repeat(61)}`,
      [
        '2: stackName: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… is not accepted. Fix: use the name of a CloudFormation stack: letters, digits and hyphens, at most 60.',
      ],
    ],
    [
      'a key twice',
      `${ok}${ok}`,
      ['2: the configuration: it is not YAML (Map keys must be unique). Fix: correct this line, or the one before.'],
    ],
    ['an alias that leads nowhere', 'clusters: *x', [expect.stringContaining('cannot be read') as unknown as string]],
    ...([
      [
        'a central cluster alone',
        'clusters: []\ncentralClusters: [{ name: a, account: "222233334444", region: eu-west-1 }]',
        [],
      ],
      [
        'two central clusters of the same name',
        'clusters: []\ncentralClusters:\n  - { name: a, account: "222233334444", region: eu-west-1 }\n  - { name: a, account: "333344445555", region: eu-west-1 }',
        [],
      ],
      [
        'a central cluster twice',
        'clusters: []\ncentralClusters:\n  - { name: a, account: "222233334444", region: eu-west-1 }\n  - { name: a, account: "222233334444", region: eu-west-1 }',
        ['4: centralClusters[1].name: the same cluster is named twice. Fix: remove one of them.'],
      ],
      [
        'the account of a central cluster as a number',
        'clusters: []\ncentralClusters:\n  - { name: a, account: 222233334444, region: eu-west-1 }',
        [
          expect.stringContaining(
            'centralClusters[0].account: 222233334444 is not accepted. Fix: use the 12 digits',
          ) as unknown as string,
        ],
      ],
      [
        'a central log group that does not tell the cluster',
        'clusters: []\ncentralClusters:\n  - { name: a, account: "222233334444", region: eu-west-1, logGroup: /central/eks }',
        [
          `3: centralClusters[0].logGroup: it does not end in /aws/eks/a/cluster, which tells the name of the cluster. Fix: let the log group name pattern of the centralization rule end in \${source.logGroup}.`,
        ],
      ],
      [
        'a central log group that is that of a cluster here',
        'clusters: [{ name: a }]\ncentralClusters:\n  - { name: a, account: "222233334444", region: eu-west-1 }',
        [
          `3: centralClusters[0].logGroup: /aws/eks/a/cluster is the log group of a cluster under clusters. Fix: let the log group name pattern of the centralization rule begin with something of its own, as /central\${source.logGroup}, and name that group.`,
        ],
      ],
      [
        'a central cluster in the place of the stack',
        'account: "111122223333"\nregion: eu-west-1\nclusters: []\ncentralClusters:\n  - { name: a, account: "111122223333", region: eu-west-1 }',
        ['5: centralClusters[0]: it is in the account and Region of the stack. Fix: name it under clusters.'],
      ],
      [
        'too many central clusters',
        `clusters: []\ncentralClusters: ${JSON.stringify(Array.from({ length: 100 }, (_, index) => ({ name: `a-cluster-${index}`, account: '222233334444', region: 'eu-west-1' })))}`,
        [
          expect.stringMatching(
            /^2: centralClusters: the names are too long: \d+ bytes of settings, and Lambda takes 3300\. Fix: /,
          ) as unknown as string,
        ],
      ],
    ] as [string, string, string[]][]),
    ['no YAML', 'clusters: [', [expect.stringContaining('Flow sequence') as unknown as string]],
  ])('%s', (_, text, expected) => {
    expect(mistakesIn(text)).toEqual(expected);
  });

  test('tells all mistakes at once, in the order of the file', () => {
    const text = 'acount: "1"\nclusters:\n  - name: -a\n  - nam: b\nregion: here\nlimits: { maxUnzippedMiB: 999 }\n';
    expect(() => parseConfig(text, 'my.yaml')).toThrow(
      [
        'my.yaml has 6 mistakes:',
        '  line 1: acount: there is no such key. Fix: use "account", if that is what you mean.',
        '  line 3: clusters[0].name: "-a" is not accepted. Fix: use the name of an EKS cluster: 1 to 100 letters, digits, "-" and "_", not beginning with "-" or "_".',
        '  line 4: clusters[1].name: this key is missing. Fix: add it (name of the EKS cluster, in the account and Region of the stack).',
        '  line 4: clusters[1].nam: there is no such key. Fix: use "name", if that is what you mean.',
        '  line 5: region: "here" is not accepted. Fix: use an AWS Region, such as eu-west-1.',
        '  line 6: limits.maxUnzippedMiB: 999 is too large. Fix: use at most 256.',
      ].join('\n'),
    );
  });

  test('any text is either a configuration or a list of mistakes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `clusters: ${json}`),
        ),
        (text) => {
          try {
            parseConfig(text, 'any.yaml');
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigError);
            expect((error as ConfigError).mistakes).not.toEqual([]);
            for (const each of (error as ConfigError).mistakes) expect(lineOf(each)).toMatch(FORM);
          }
        },
      ),
    );
  });
});

describe('a configuration file', () => {
  test('the example in the repository is right', () => {
    expect(loadConfig(join(__dirname, '..', '..', 'sentinel.config.yaml')).clusters).toHaveLength(1);
  });

  test('the example stays right when every line of it is switched on', () => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'));
    try {
      const example = readFileSync(join(__dirname, '..', '..', 'sentinel.config.yaml'), 'utf8');
      const file = join(folder, 'all.yaml');
      writeFileSync(file, example.replace(/^( *)# (?=( *- )|( *\w+:( |$)))/gm, '$1'));
      expect(loadConfig(file)).toMatchObject({
        account: '111122223333',
        limits: { reservedConcurrency: { alert: 5 } },
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('one that is not there is told, with the fix', () => {
    expect(() => loadConfig('nowhere.yaml')).toThrow(
      /nowhere\.yaml has a mistake:\n {2}the configuration: there is no such file\. Fix: name the file with -c config=FILE\./,
    );
  });
});
