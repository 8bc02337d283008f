import { expect, test } from '@jest/globals';
import { nodeAgentIn, nodeAgentOf } from '../../functions/kubernetes/vpc-cni.ts';

const ON = '--enable-network-policy=true';
const agent = (more: object, name = 'aws-eks-nodeagent') => ({ containers: [{ name: 'aws-node' }, { name, ...more }] });

test.each<[string, object, boolean]>([
  ['as the add-on writes it', agent({ args: ['--enable-ipv6=false', ON] }), true],
  ['under the name of its repository', agent({ args: [ON] }, 'aws-network-policy-agent'), true],
  ['in the command', agent({ command: ['/controller', ON] }), true],
  ['without a value', agent({ args: ['--enable-network-policy'] }), true],
  ['by another word of Go for true', agent({ args: ['--enable-network-policy=1'] }), true],
  ['by no word of Go', agent({ args: ['--enable-network-policy=yes'] }), false],
  ['off', agent({ args: ['--enable-network-policy=false'] }), false],
  ['switched off by a later flag', agent({ args: [ON, '--enable-network-policy=false'] }), false],
  ['not said', agent({}), false],
  ['a flag that only begins so', agent({ args: ['--enable-network-policy-logs=true'] }), false],
])('the agent is %s', (_, spec, isOn) => expect(nodeAgentIn(spec)?.isOn).toBe(isOn));

test.each([[{}], [undefined], [{ containers: [{ name: 'aws-node', args: [ON] }] }], [{ containers: 'x' }]])(
  'there is none in %j',
  (spec) => expect(nodeAgentIn(spec)).toBeUndefined(),
);

test('of a DaemonSet', () => {
  expect(nodeAgentOf({ spec: { template: { spec: agent({ args: [ON] }) } } })).toEqual({
    container: 'aws-eks-nodeagent',
    isOn: true,
  });
  expect(nodeAgentOf({})).toBeUndefined();
});
