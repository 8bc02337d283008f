import { type Account, type Answer, CONFIG, clusterOf, noCluster, role, VPC } from '../account.ts';
import type { Fault } from './fault.ts';

const nothing = () => {};
const IN_VPC = CONFIG.replace(
  '    cutLines: true',
  `    vpc: ${VPC.vpc}\n    subnets: [${VPC.subnets}]\n    securityGroups: [${VPC.securityGroups}]`,
);
const endpointOf = (account: Account) => clusterOf(account).resourcesVpcConfig;
const privateOnly = (account: Account) =>
  Object.assign(endpointOf(account), { endpointPublicAccess: false, endpointPrivateAccess: true });
const restricted = (account: Account) => Object.assign(endpointOf(account), { publicAccessCidrs: ['198.51.100.0/24'] });
const entry = (kind: string, kubernetesGroups: string[] | undefined) => (account: Account) => {
  const usual = account['eks:DescribeAccessEntry'];
  account['eks:DescribeAccessEntry'] = (input: Answer) => {
    if (input.principalArn !== role(kind)) return usual(input);
    if (!kubernetesGroups) throw noCluster();
    return { accessEntry: { kubernetesGroups } };
  };
};

export const CLUSTER_FAULTS: readonly Fault[] = [
  {
    name: 'no cluster',
    check: 'cluster',
    breaks: (account) => {
      account['eks:DescribeCluster'] = noCluster();
    },
    says: /prod: .* no such cluster/,
    fix: /correct the name/,
  },
  {
    name: 'a cluster that is deleted',
    check: 'cluster',
    breaks: (account) => {
      clusterOf(account).status = 'DELETING';
    },
    says: /DELETING/,
    fix: /active/,
  },
  {
    name: 'a cluster at work',
    check: 'cluster',
    breaks: (account) => {
      clusterOf(account).status = 'UPDATING';
    },
    status: 'note',
    says: /being updated/,
    fix: /wait/,
  },
  {
    name: 'a version out of support',
    check: 'cluster-version',
    breaks: (account) => {
      clusterOf(account).version = '1.31';
    },
    says: /1\.31, which EKS does not support/,
    fix: /upgrade/,
  },
  {
    name: 'a version before admission policies',
    check: 'cluster-version',
    breaks: (account) => {
      clusterOf(account).version = '1.29';
    },
    says: /need 1\.30/,
    fix: /upgrade/,
  },
  {
    name: 'a version in extended support',
    check: 'cluster-version',
    breaks: (account) => {
      clusterOf(account).version = '1.33';
    },
    status: 'note',
    says: /extended support/,
    fix: /upgrade/,
  },
  {
    name: 'a version that EKS does not list',
    check: 'cluster-version',
    breaks: (account) => {
      clusterOf(account).version = '1.99';
    },
    status: 'not-checked',
    says: /does not say/,
    fix: /^/,
  },
  {
    name: 'no audit log',
    check: 'audit-log',
    breaks: (account) => {
      clusterOf(account).logging.clusterLogging[0].types = ['api'];
    },
    says: /audit log is off/,
    fix: /aws eks update-cluster-config --region eu-west-1 --name prod --logging/,
  },
  {
    name: 'logging switched off',
    check: 'audit-log',
    breaks: (account) => {
      clusterOf(account).logging.clusterLogging[0].enabled = false;
    },
    says: /audit log is off/,
    fix: /update-cluster-config/,
  },
  {
    name: 'CONFIG_MAP with access entries',
    check: 'authentication-mode',
    breaks: (account) => {
      clusterOf(account).accessConfig = { authenticationMode: 'CONFIG_MAP' };
    },
    says: /refuses access entries/,
    fix: /update-cluster-config .*--access-config.*API_AND_CONFIG_MAP/,
  },
  {
    name: 'a cluster older than access entries',
    check: 'authentication-mode',
    breaks: (account) => {
      delete clusterOf(account).accessConfig;
    },
    says: /CONFIG_MAP/,
    fix: /update-cluster-config/,
  },
  {
    name: 'API without access entries',
    check: 'authentication-mode',
    breaks: (account) => {
      clusterOf(account).accessConfig.authenticationMode = 'API';
    },
    config: CONFIG.replace('cutLines: true', 'accessEntries: false'),
    says: /aws-auth has no effect/,
    fix: /take accessEntries out/,
  },
  {
    name: 'aws-auth',
    check: 'authentication-mode',
    breaks: nothing,
    config: CONFIG.replace('cutLines: true', 'accessEntries: false'),
    status: 'note',
    says: /come in by aws-auth/,
    fix: /AwsAuthMapRoles/,
  },
  {
    name: 'a role without an access entry',
    check: 'access-entries',
    breaks: entry('Probe', undefined),
    says: /role\/NamespaceSentinel-Probe has no access entry/,
    fix: /aws eks create-access-entry .*--kubernetes-groups namespace-sentinel:probe/,
  },
  {
    name: 'a role with more groups',
    check: 'access-entries',
    breaks: entry('Contain', ['namespace-sentinel:contain', 'admins']),
    says: /let in as namespace-sentinel:contain, admins/,
    fix: /aws eks update-access-entry/,
  },
  {
    name: 'a role without groups',
    check: 'access-entries',
    breaks: entry('Release', []),
    says: /let in as no group/,
    fix: /update-access-entry .*--kubernetes-groups namespace-sentinel:release/,
  },
  {
    name: 'a role with an access policy',
    check: 'access-entries',
    breaks: (account) => {
      account['eks:ListAssociatedAccessPolicies'] = {
        associatedAccessPolicies: [{ policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy' }],
      };
    },
    says: /AmazonEKSAdminPolicy, which nothing of ours gave/,
    fix: /aws eks disassociate-access-policy/,
  },
  {
    name: 'an older stack',
    check: 'access-entries',
    breaks: (account) => {
      const [stack] = account['cloudformation:DescribeStacks'].Stacks;
      stack.Outputs = stack.Outputs.filter(({ OutputKey }: Answer) => OutputKey !== 'ProbeRoleArn');
    },
    says: /no output ProbeRoleArn/,
    fix: /deploy/,
  },
  {
    name: 'a private endpoint',
    check: 'endpoint',
    breaks: privateOnly,
    says: /private to vpc-0123456789abcdef0, and the configuration names no vpc/,
    fix: /put vpc, subnets and securityGroups/,
  },
  {
    name: 'a public endpoint for few',
    check: 'endpoint',
    breaks: restricted,
    says: /open to 198\.51\.100\.0\/24 alone/,
    fix: /put vpc, subnets/,
  },
  {
    name: 'another VPC',
    check: 'endpoint',
    breaks: (account) => {
      privateOnly(account);
      endpointOf(account).vpcId = 'vpc-other';
    },
    config: IN_VPC,
    status: 'not-checked',
    says: /whether there is a way between them/,
    fix: /is connected with vpc-other/,
  },
  {
    name: 'a way out by NAT alone',
    check: 'endpoint',
    breaks: restricted,
    config: IN_VPC,
    status: 'not-checked',
    says: /address of the NAT gateway/,
    fix: /private access/,
  },
  {
    name: 'a subnet of another VPC',
    check: 'network',
    breaks: (account) => {
      account['ec2:DescribeSubnets'].Subnets[0].VpcId = 'vpc-other';
    },
    config: IN_VPC,
    says: /subnet-0123456789abcdef0 is in vpc-other/,
    fix: /correct vpc/,
  },
  {
    name: 'a group that is not there',
    check: 'network',
    breaks: (account) => {
      account['ec2:DescribeSecurityGroups'].SecurityGroups.shift();
    },
    config: IN_VPC,
    says: /sg-0123456789abcdef0 is not there/,
    fix: /correct vpc/,
  },
  {
    name: 'functions that are not let in',
    check: 'network',
    breaks: (account) => {
      account['ec2:DescribeSecurityGroups'].SecurityGroups[1].IpPermissions[0].FromPort = 10_250;
      account['ec2:DescribeSecurityGroups'].SecurityGroups[1].IpPermissions[0].ToPort = 10_250;
    },
    config: IN_VPC,
    says: /No security group of the cluster lets sg-0123456789abcdef0 in/,
    fix: /aws ec2 authorize-security-group-ingress .*--group-id sg-0aaaaaaaaaaaaaaa0 --protocol tcp --port 443 --source-group sg-0123456789abcdef0/,
  },
  {
    name: 'ranges of addresses that are let in',
    check: 'network',
    breaks: (account) => {
      account['ec2:DescribeSecurityGroups'].SecurityGroups[1].IpPermissions = [
        { IpProtocol: '-1', IpRanges: [{ CidrIp: '10.0.0.0/8' }] },
      ];
    },
    config: IN_VPC,
    status: 'not-checked',
    says: /whether the subnets are among them/,
    fix: /on port 443/,
  },
];
