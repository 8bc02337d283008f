import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError, loadConfig, parseConfig } from '../../lib/config/config.ts';

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

/** The mistakes as `line path message`. */
function mistakesIn(text: string): string[] {
  try {
    parseConfig(text, 'test.yaml');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mistakes.map(({ line, path, message }) => [line, path, message].filter((part) => part).join(' '));
  }
  return [];
}

describe('a configuration', () => {
  test('needs only clusters; the rest has defaults', () => {
    expect(parseConfig(ok, 'test.yaml')).toEqual({
      stackName: 'NamespaceSentinel',
      clusters: [{ name: 'demo', cutLines: false, accessEntries: true }],
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
    ['nothing', '', ['clusters is missing']],
    ['a list', '- a', ['1 must be a group of keys, not ["a"]']],
    ['no cluster', 'clusters: []', ['1 clusters must not be empty']],
    ['a cluster without name', 'clusters:\n  - cutLines: true', ['2 clusters[0].name is missing']],
    [
      'a name that EKS refuses',
      'clusters:\n  - name: a/b',
      [expect.stringMatching(/^2 clusters\[0\]\.name must be the name of an EKS cluster: /) as unknown as string],
    ],
    [
      'a cluster twice',
      'clusters:\n  - name: a\n  - name: b\n  - name: a',
      ['4 clusters[2].name is the same as in item [0]; remove one of them'],
    ],
    [
      'an address twice',
      `${ok}emails:\n  - address: a@b.example\n  - address: a@b.example`,
      ['4 emails[1].address is the same as in item [0]; remove one of them'],
    ],
    [
      'no address',
      `${ok}emails: [{ address: oncall }]`,
      ['2 emails[0].address must be an e-mail address, such as oncall@example.com'],
    ],
    [
      'an account as number',
      `${ok}account: 111122223333`,
      ['2 account must be the 12 digits of the AWS account in quotes: without them YAML reads a number'],
    ],
    ['no Region', `${ok}region: Ireland`, ['2 region must be an AWS Region, such as eu-west-1']],
    [
      'a severity that there is not',
      `${ok}emails: [{ address: a@b.example, minSeverity: HUGE }]`,
      ['2 emails[0].minSeverity must be one of LOW, MEDIUM, HIGH, CRITICAL, not "HUGE"'],
    ],
    [
      'a retention that CloudWatch Logs refuses',
      `${ok}retention: { logsDays: 10 }`,
      [expect.stringMatching(/^2 retention\.logsDays must be one of 1, 3, .*, not 10$/) as unknown as string],
    ],
    [
      'text for a number',
      `${ok}retention: { findingsDays: long }`,
      ['2 retention.findingsDays must be a whole number, not "long"'],
    ],
    [
      'half a day',
      `${ok}retention: { findingsDays: 1.5 }`,
      ['2 retention.findingsDays must be a whole number, not 1.5'],
    ],
    [
      'too long',
      `${ok}limits: { investigationBudgetSeconds: 90 }`,
      ['2 limits.investigationBudgetSeconds must be at most 45'],
    ],
    ['too small', `${ok}limits: { maxUnzippedMiB: 0 }`, ['2 limits.maxUnzippedMiB must be at least 1']],
    [
      'text for yes or no',
      `clusters: [{ name: a, cutLines: "yes" }]`,
      ['1 clusters[0].cutLines must be true or false, not "yes"'],
    ],
    [
      'a switched-off topic',
      `${ok}chat: { topic: false }`,
      ['2 chat.topic must be true; to have no chat topic, leave out "chat"'],
    ],
    ['an empty group', `${ok}chat:`, ['2 chat must be a group of keys, not null']],
    [
      'more automation than fits',
      `${ok}knownAutomation: [${'x'.repeat(3600)}]`,
      ['2 knownAutomation is too long: with investigation it makes 3789 bytes of settings, and Lambda takes 3750'],
    ],
    [
      'more of everything than fits, and another mistake',
      `${ok}knownAutomation: [${'x'.repeat(1000)}]\nregion: here\ninvestigation:\n  usualRegistries: [${'x'.repeat(2700)}]`,
      [
        '3 region must be an AWS Region, such as eu-west-1',
        '5 investigation is too long: with knownAutomation it makes 3893 bytes of settings, and Lambda takes 3750',
      ],
    ],
    [
      'weights that the function would refuse, all of them',
      `${ok}investigation:\n  weights:\n    exec: 101\n    exce: 5\n    known-automation: 5\n    miner: 0.5\n    new-creator: much`,
      [
        '4 investigation.weights.exec the weight of exec must be a whole number from 0 to 100',
        '5 investigation.weights.exce there is no indicator "exce"',
        '6 investigation.weights.known-automation the weight of known-automation must be a whole number from -100 to 0',
        '7 investigation.weights.miner the weight of miner must be a whole number from 0 to 100',
        '8 investigation.weights.new-creator must be a whole number, not "much"',
      ],
    ],
    [
      'severities out of order',
      `${ok}investigation: { severities: { HIGH: 80 } }`,
      [
        '2 investigation.severities the thresholds MEDIUM, HIGH and CRITICAL must be whole numbers from 1 to 100, each above the one before',
      ],
    ],
    [
      'a severity out of range, told once',
      `${ok}investigation: { severities: { MEDIUM: 0 } }`,
      ['2 investigation.severities.MEDIUM must be at least 1'],
    ],
    [
      'a severity that there is not to begin',
      `${ok}investigation: { severities: { LOW: 1 } }`,
      ['2 investigation.severities.LOW is not known; known here: MEDIUM, HIGH, CRITICAL'],
    ],
    [
      'all registries',
      `${ok}investigation: { usualRegistries: ['*'] }`,
      ['2 investigation.usualRegistries[0] would make every registry usual: name one'],
    ],
    [
      'all log groups',
      `${ok}investigation: { flowLogGroups: ['/vpc/*'] }`,
      ['2 investigation.flowLogGroups[0] must be the name of a log group: letters, digits and the signs _ - / # .'],
    ],
    [
      'a window longer than CloudTrail remembers',
      `${ok}investigation: { windowHours: 3000 }`,
      ['2 investigation.windowHours must be at most 2160'],
    ],
    [
      'nobody to ask',
      `${ok}investigation: { contacts: [{ pattern: 'arn:*' }] }`,
      ['2 investigation.contacts[0].contact is missing'],
    ],
    ['an empty name', `${ok}knownAutomation: [""]`, ['2 knownAutomation[0] must not be empty']],
    ['a typing error', `${ok}retenton: {}`, ['2 retenton is not known; did you mean "retention"?']],
    [
      'a typing error further in',
      `clusters:\n  - name: a\n    cutlines: true`,
      ['3 clusters[0].cutlines is not known; did you mean "cutLines"?'],
    ],
    [
      'a strange key',
      `clusters:\n  - name: a\n    zone: x`,
      ['3 clusters[0].zone is not known; known here: name, cutLines, accessEntries, vpc, subnets, securityGroups'],
    ],
    [
      'half a network',
      `clusters:\n  - name: a\n    vpc: vpc-0123abcd\n  - name: -b\n    subnets: [subnet-0123abcd]`,
      [
        '2 clusters[0] lacks subnets and securityGroups: a network is vpc, subnets, securityGroups, all three or none',
        expect.stringMatching(/^4 clusters\[1\]\.name must be/) as unknown as string,
        '4 clusters[1] lacks vpc and securityGroups: a network is vpc, subnets, securityGroups, all three or none',
      ],
    ],
    [
      'ids of something else',
      `clusters:\n  - name: a\n    vpc: subnet-0123abcd\n    subnets:\n      - subnet-0123ABCD\n    securityGroups: [sg-0123]`,
      [
        '3 clusters[0].vpc must be the id of a VPC, such as vpc-0123456789abcdef0',
        '5 clusters[0].subnets[0] must be the id of a subnet, such as subnet-0123456789abcdef0',
        '6 clusters[0].securityGroups[0] must be the id of a security group, such as sg-0123456789abcdef0',
      ],
    ],
    [
      'no subnet, and one group too many',
      inVpc('[]', JSON.stringify(['1', '2', '3', '4', '5', '6'].map((digit) => `sg-0123abc${digit}`))),
      [
        '1 clusters[0].subnets must not be empty',
        '1 clusters[0].securityGroups must name at most 5: Lambda takes no more',
      ],
    ],
    ['a subnet twice', inVpc('[subnet-0123abcd, subnet-0123abcd]'), ['1 clusters[0].subnets names one twice']],
    [
      'more networks than a stack takes',
      `clusters: ${JSON.stringify(['1', '2', '3', '4', '5', '6'].map((digit) => placed(`c${digit}`, digit)))}`,
      ['1 clusters are in 6 networks, and a stack takes 3; give the others a configuration of theirs'],
    ],
    [
      'more names in networks than fit',
      `clusters: ${JSON.stringify([
        placed('a', '1'),
        ...Array.from({ length: 39 }, (_, index) => placed(`${index}${'x'.repeat(98)}`, '2')),
      ])}`,
      [
        '1 clusters have names too long for so many networks: 4159 bytes of settings, and Lambda takes 3300; give some a configuration of theirs',
      ],
    ],
    [
      'no namespace, and all namespaces',
      `${ok}containment:\n  protectedNamespaces:\n    - Team-A\n    - '*'\n    - 'team-*'`,
      [
        '4 containment.protectedNamespaces[0] must be the name of a namespace; * stands for any text, as in team-*',
        '5 containment.protectedNamespaces[1] would protect every namespace: set "enabled" to false instead',
      ],
    ],
    [
      'a question that waits for two weeks, and removal that starts by itself',
      `${ok}containment:\n  questionHours: 336\n  autoStart: { severity: LOW, maxPerHour: 0 }\n  objectLockDays: 0`,
      [
        '3 containment.questionHours must be at most 168',
        '4 containment.autoStart.severity must be one of never, MEDIUM, HIGH, CRITICAL, not "LOW"',
        '4 containment.autoStart.maxPerHour must be at least 1',
        '5 containment.objectLockDays must be at least 1',
      ],
    ],
    [
      'isolation that starts by itself, without playbooks',
      `${ok}containment:\n  enabled: false\n  autoStart: { severity: HIGH }`,
      ['4 containment.autoStart.severity cannot start a playbook while "enabled" is false: set one of them'],
    ],
    [
      'more protected namespaces than fit',
      `${ok}containment:\n  protectedNamespaces: ${JSON.stringify(Array.from({ length: 60 }, (_, index) => `team-${String(index).padEnd(55, 'x')}`))}`,
      [
        '3 containment makes 4434 bytes of settings with the clusters in networks, and Lambda takes 2750; use patterns in protectedNamespaces, or give some clusters a configuration of theirs',
      ],
    ],
    [
      'a stack name too long for its playbooks',
      `${ok}stackName: ${'x'.repeat(61)}`,
      ['2 stackName must be the name of a CloudFormation stack: letters, digits and hyphens, at most 60'],
    ],
    ['a key twice', `${ok}${ok}`, ['2 Map keys must be unique']],
    ['an alias that leads nowhere', 'clusters: *x', [expect.stringContaining('cannot be read') as unknown as string]],
    ['no YAML', 'clusters: [', [expect.stringContaining('Flow sequence') as unknown as string]],
  ])('%s', (_, text, expected) => {
    expect(mistakesIn(text)).toEqual(expected);
  });

  test('tells all mistakes at once, in the order of the file', () => {
    const text = 'acount: "1"\nclusters:\n  - name: -a\n  - nam: b\nregion: here\nlimits: { maxUnzippedMiB: 999 }\n';
    expect(() => parseConfig(text, 'my.yaml')).toThrow(
      [
        'my.yaml has 6 mistakes:',
        '  line 1: acount is not known; did you mean "account"?',
        '  line 3: clusters[0].name must be the name of an EKS cluster: 1 to 100 letters, digits, "-" and "_", not beginning with "-" or "_"',
        '  line 4: clusters[1].name is missing',
        '  line 4: clusters[1].nam is not known; did you mean "name"?',
        '  line 5: region must be an AWS Region, such as eu-west-1',
        '  line 6: limits.maxUnzippedMiB must be at most 256',
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
      /nowhere\.yaml has a mistake:\n {2}does not exist; .*-c config=FILE/,
    );
  });
});
