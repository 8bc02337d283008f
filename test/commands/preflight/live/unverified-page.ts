/** The page docs/unverified.md, from the table of claims. */
import { CLAIMS, type OpenClaim } from '../../../../bin/commands/preflight/live/claims.ts';

const ABOUT = `# What only an account can show

Everything else is tested: against a real API server, an emulator of AWS, the service models of the SDK, the Service Authorization
Reference, and the published code of controllers. What follows is taken for true by what documentation and others' reports say, and
nothing here could show it. Each claim names what rests on it, what happens where it is false, and how your account shows it.

\`\`\`sh account
sentinel preflight --live --config sentinel.config.yaml --report live.json
\`\`\`

asks an account in which the stack is deployed, and only reads; \`--policy --live\` prints the IAM policy that it needs. Of each claim
it says one of four:

| Answer | Means |
| --- | --- |
| proven | it was seen to be so, in this account |
| contradicted | it was seen not to be so; what to do stands below |
| nothing seen yet | it was asked, and nothing has happened yet that would show it: make it happen by the drill, and ask again |
| could not be asked | a right is missing (it says which), or the service cannot be reached |

The report has the same as JSON, and beside it as text. Ids of accounts and keys, identities of people, addresses, and the names of
stack and clusters are masked, unless \`--names\` is given; what an intruder wrote into a cluster is not in it. Send it back: a claim
that was proven or contradicted leaves this page.

A drill is what a person does once: it sends messages, or starts an execution. Most are held by \`sentinel drill\`
([drill.md](drill.md)), in a namespace made for it.

| Claim | Rests on it | Where it is false | Shown by |
| --- | --- | --- | --- |
`;

/** The page as it has to be. */
export const unverifiedPage = (): string => `${ABOUT}${CLAIMS.map(row).join('')}`;

const row = ({ id, claim, restsOn, ifFalse, shownBy }: OpenClaim): string =>
  `| <a id="${id}"></a>${claim} | ${restsOn.map(linked).join(', ')} | ${ifFalse} | ${inWords(shownBy)} |\n`;

const linked = (file: string): string =>
  file.startsWith('docs/') ? `[${file}](${file.slice('docs/'.length)})` : `[${file}](../${file})`;

function inWords(shownBy: OpenClaim['shownBy']): string {
  if ('nothing' in shownBy) return `nothing: ${shownBy.nothing}`;
  const { drill } = shownBy;
  const byDrill = drill === undefined ? [] : [`drill: ${drill}`];
  return [...('probe' in shownBy ? [`\`--live\`, probe \`${shownBy.probe}\``] : []), ...byDrill].join('; ');
}
