import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { defined } from '../../functions/kit/defined.ts';
import type { Vpc } from '../config/networks.ts';
import { acknowledgeWildcard } from './acknowledge.ts';

/**
 * Puts a function into a VPC. Lambda makes the network interfaces with the rights of the function's role; the function's
 * own code is denied them (Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC").
 */
export function attachToVpc(lambda: LambdaFunction, role: Role, { id, subnets, securityGroups }: Vpc): void {
  // The library's own `vpc` wants availability zones, and the managed policy on everything.
  const resource = lambda.node.defaultChild as CfnFunction;
  resource.vpcConfig = { subnetIds: [...subnets], securityGroupIds: [...securityGroups] };

  const stack = Stack.of(role);
  const arn = (type: string, name: string, account?: string) =>
    stack.formatArn({
      service: 'ec2',
      resource: type,
      resourceName: name,
      ...defined({ account: account || undefined }),
    });
  const places = [
    ...subnets.map((name) => arn('subnet', name, '*')),
    ...securityGroups.map((name) => arn('security-group', name, '*')),
  ];
  const inVpc = { ArnLike: { 'ec2:Vpc': arn('vpc', id, '*') } };
  const interfaces = arn('network-interface', '*');
  const anything = arn('*', '*');

  const statements = [
    new PolicyStatement({ actions: [CREATE], resources: places, conditions: inVpc }),
    new PolicyStatement({ actions: [CREATE], resources: [interfaces] }),
    new PolicyStatement({ actions: ADDRESSES, resources: [interfaces], conditions: inVpc }),
    new PolicyStatement({ actions: [DELETE], resources: [anything] }),
    new PolicyStatement({ actions: DESCRIBE, resources: ['*'] }),
    new PolicyStatement({
      effect: Effect.DENY,
      actions: [CREATE, DELETE, ...ADDRESSES, ...DESCRIBE],
      resources: ['*'],
      // In every request of a function's code, and in none that Lambda makes for it. The function's ARN would do the
      // same, but the function waits for this policy.
      conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
    }),
  ];
  for (const statement of statements) role.addToPrincipalPolicy(statement);

  for (const place of places) acknowledgeWildcard(role, place, OF_ANY_ACCOUNT);
  acknowledgeWildcard(role, interfaces, `${ONLY_LAMBDA} EC2 chooses the id of an interface; the VPC is fixed.`);
  acknowledgeWildcard(role, anything, `${ONLY_LAMBDA} Lambda refuses a function whose role names less to delete.`);
  acknowledgeWildcard(role, '*', `${ONLY_LAMBDA} ${DESCRIBE.join(' and ')} cannot be confined to a resource.`);
}

const CREATE = 'ec2:CreateNetworkInterface';
const DELETE = 'ec2:DeleteNetworkInterface';
const ADDRESSES = ['ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'];
const DESCRIBE = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'];

const OF_ANY_ACCOUNT =
  'A shared VPC belongs to another account, and so do its subnets. The ids are unique; only these are meant.';
const ONLY_LAMBDA = "Used by Lambda to connect the function; denied to the function's code.";
