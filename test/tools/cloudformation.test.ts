// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation has the same form
/** Parameters in place of texts, as CloudFormation's user guide describes `Fn::Sub`. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Placeholder, type Template, withParameters } from '../../tools/cloudformation/parameters.ts';

const CLUSTER: Placeholder = {
  parameter: 'ClusterName',
  text: 'cluster-of-parameters',
  definition: { Type: 'String', Description: 'The cluster' },
};

/** What CloudFormation makes of it. */
function resolved(value: unknown, values: Record<string, string>): unknown {
  if (Array.isArray(value)) return value.map((each) => resolved(each, values));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === 'Fn::Sub' && typeof entries[0][1] === 'string')
    return entries[0][1].replace(/\$\{(!?)([^}]*)\}/g, (all, mark, name) =>
      mark ? `\${${name}}` : (values[name] ?? all),
    );
  return Object.fromEntries(entries.map(([key, each]) => [key, resolved(each, values)]));
}

const resources = (template: Template) => (template as { Resources: unknown }).Resources;

describe('a text with a placeholder', () => {
  test.each<[string, unknown, unknown]>([
    ['alone', 'cluster-of-parameters', { 'Fn::Sub': '${ClusterName}' }],
    [
      'in the middle, twice',
      '/a/cluster-of-parameters/cluster-of-parameters',
      { 'Fn::Sub': '/a/${ClusterName}/${ClusterName}' },
    ],
    [
      'beside a text that looks like a variable',
      '${PROP} of cluster-of-parameters',
      { 'Fn::Sub': '${!PROP} of ${ClusterName}' },
    ],
    [
      'within another function',
      { 'Fn::Join': ['', ['a', 'cluster-of-parameters']] },
      { 'Fn::Join': ['', ['a', { 'Fn::Sub': '${ClusterName}' }]] },
    ],
    [
      'within Fn::Sub, which keeps its variables',
      { 'Fn::Sub': '${AWS::Region}/cluster-of-parameters/${!x}' },
      { 'Fn::Sub': '${AWS::Region}/${ClusterName}/${!x}' },
    ],
    [
      'within Fn::Sub with variables of its own',
      { 'Fn::Sub': ['${A} cluster-of-parameters', { A: 'cluster-of-parameters' }] },
      { 'Fn::Sub': ['${A} ${ClusterName}', { A: { 'Fn::Sub': '${ClusterName}' } }] },
    ],
    ['that is not there', '${AWS::Region}', '${AWS::Region}'],
  ])('%s', (_, value, expected) => {
    expect(resources(withParameters({ Resources: { A: { Value: value } } }, [CLUSTER]))).toEqual({
      A: { Value: expected },
    });
  });

  test.each([
    ['as a key', { Condition: { 'cluster-of-parameters': 1 } }],
    ['in a reference', { Ref: 'cluster-of-parameters' }],
    ['in an attribute', { 'Fn::GetAtt': ['cluster-of-parameters', 'Arn'] }],
    ['in DependsOn', { DependsOn: ['cluster-of-parameters'] }],
  ])('%s is refused, with its place', (_, A) => {
    expect(() => withParameters({ Resources: { A } }, [CLUSTER])).toThrow(
      /^Resources\.A\..*: CloudFormation takes no parameter here$/,
    );
  });
});

test('keeps the parameters that are there, and adds its own', () => {
  const template = withParameters({ Parameters: { Other: { Type: 'String' } } }, [CLUSTER]);
  expect(template.Parameters).toEqual({ Other: { Type: 'String' }, ClusterName: CLUSTER.definition });
});

test('whatever a template holds, with its values it is what a synthesis with those values would be', () => {
  const text = fc
    .array(
      fc.oneof(
        fc.constantFrom('${PROP("a")}', '${!x}', '$', '}', CLUSTER.text, '{"a":"', '"}'),
        fc.stringMatching(/^[^{}]*$/),
      ),
    )
    // A variable without an end is not of this kind.
    .map((parts) => parts.join(' '));
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.integer(),
      fc.array(tie('value')),
      fc.dictionary(fc.constantFrom('a', 'b'), tie('value')),
    ),
  }));
  fc.assert(
    fc.property(value, (given) => {
      const made = resources(withParameters({ Resources: given }, [CLUSTER]));
      const expected = JSON.parse(JSON.stringify(given).replaceAll(CLUSTER.text, 'shop'));
      expect(resolved(made, { ClusterName: 'shop' })).toEqual(expected);
    }),
  );
});
