import { type CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/** Properties of a resource as the template has them. */
type Properties = Record<string, unknown>;

/** The roles within a scope. */
export const rolesIn = (scope: IConstruct): CfnRole[] => scope.node.findAll().filter((each) => each instanceof CfnRole);

/**
 * What the roles within a scope may do and who may assume them, as `functions/contract/deployment.ts` reads it: JSON text, in which
 * CloudFormation puts what only it knows. As text it takes a third of the room in a template. It is asked for when the template is
 * written, as CDK spreads the statements of large roles over managed policies at the end.
 */
export const roleStates = (scope: IConstruct): unknown =>
  Lazy.any({ produce: () => states(scope).map((state) => substituted(state)) });

/** A value as the text of its JSON, by `Fn::Sub`. What it refers to are names and ARNs, which need no escapes in JSON. */
function substituted(value: unknown): unknown {
  const others: Record<string, unknown> = {};
  const literal = (text: string): string => text.replaceAll('${', '${!');
  const written = (each: unknown): unknown => {
    if (typeof each === 'string') return literal(each);
    if (Array.isArray(each)) return each.map(written);
    if (typeof each !== 'object' || each === null) return each;
    const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = each as Properties;
    if (typeof ref === 'string') return `\${${ref}}`;
    if (Array.isArray(attribute)) return `\${${attribute.join('.')}}`;
    if (Array.isArray(join) && Array.isArray(join[1])) return join[1].map(written).join(literal(String(join[0])));
    const keys = Object.keys(each);
    if (keys.length === 1 && keys[0]?.startsWith('Fn::')) {
      const name = `Other${Object.keys(others).length}`;
      others[name] = each;
      return `\${${name}}`;
    }
    return Object.fromEntries(Object.entries(each).map(([key, item]) => [literal(key), written(item)]));
  };
  const text = JSON.stringify(written(value));
  return { 'Fn::Sub': Object.keys(others).length > 0 ? [text, others] : text };
}

function states(scope: IConstruct): Properties[] {
  const policies = Stack.of(scope)
    .node.findAll()
    .filter((each) => each instanceof CfnPolicy || each instanceof CfnManagedPolicy)
    .map((policy) => ({ policy, properties: propertiesOf(policy) }));
  return rolesIn(scope).map((role) => {
    const { AssumeRolePolicyDocument, Policies, ManagedPolicyArns, PermissionsBoundary } = propertiesOf(role);
    const own = policies.filter(({ properties: { Roles } }) =>
      listOf(Roles).some((each) => (each as { Ref?: string }).Ref === logicalIdOf(role)),
    );
    const managed = own
      .filter(({ policy }) => policy instanceof CfnManagedPolicy)
      .map(({ policy, properties }) => ({ arn: { Ref: logicalIdOf(policy) }, document: properties['PolicyDocument'] }));
    const inline = [
      ...own.filter(({ policy }) => policy instanceof CfnPolicy).map(({ properties }) => properties),
      ...(listOf(Policies) as Properties[]),
    ];
    return {
      name: { Ref: logicalIdOf(role) },
      trust: AssumeRolePolicyDocument,
      inline: Object.fromEntries(inline.map(({ PolicyName, PolicyDocument }) => [PolicyName, PolicyDocument])),
      managed,
      attached: [...listOf(ManagedPolicyArns), ...managed.map(({ arn }) => arn)],
      boundary: PermissionsBoundary,
    };
  });
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const logicalIdOf = (resource: CfnResource): string => Stack.of(resource).resolve(resource.logicalId);

/** With what aspects and escape hatches have put over them, such as a permissions boundary. */
function propertiesOf(resource: CfnResource): Properties {
  const template = Stack.of(resource).resolve(resource._toCloudFormation()) as {
    Resources: Record<string, { Properties?: Properties }>;
  };
  return template.Resources[logicalIdOf(resource)]?.Properties ?? {};
}
