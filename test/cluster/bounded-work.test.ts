/**
 * CEL is refused where its work is too much, and our policies fail closed: a rule that goes through what others store grows
 * with it, until it refuses us. So each such walk is listed here, with what bounds it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';

const FOLDER = 'cluster/policies';
const policies: { metadata: { name: string }; spec: Record<string, unknown> }[] = readdirSync(FOLDER)
  .filter((file) => file !== 'kustomization.yaml')
  .flatMap((file) => parseAllDocuments(readFileSync(`${FOLDER}/${file}`, 'utf8')).map((document) => document.toJS()))
  .filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');

/** More entries than anybody needs. Beyond, only their number is compared. */
const COUNTED_FIRST = /\.size\(\) > 5000\s*\|\|\s*$/;

const BOUNDED: Readonly<Record<string, string>> = {
  'variables.labels': 'the object of before and after',
  'variables.marks': 'a list of our own',
  'variables.controllers': 'a list of our own',
  'variables.platform': 'a list of our own',
  'variables.exempt': 'a list of our own',
  'variables.known': 'part of our own lists',
  'variables.allProtected': 'a list of our own',
  "(['default', 'kube-system', 'kube-public', 'kube-node-lease'] + variables.protected)": 'a list of our own',
  'variables.finalizerLists': 'the object of before and after',
  'variables.finalizerLists[0]': 'at most 100, which is asked first',
  'variables.finalizerLists[1]': 'the same',
  'variables.ways': 'the object of before and after',
  'w[0]': 'the fields of an object of these kinds',
  'w[0].spec': 'the fields of a spec of these kinds',
  'w[0].spec.template.spec': 'the fields of a pod',
  'oldObject.subjects':
    'two short passes over it, which the largest binding passes (test/system/cluster-large.test.ts)',
  'o.spec[?way].orValue([])': 'the definition of the kind allows 25 rules',
  'object.?subjects.orValue([])': 'made by the identity that is held',
  'object.spec.?volumes.orValue([])': 'made by the identity that is held',
  'variables.containers': 'made by the identity that is held',
  'variables.contexts': 'made by the identity that is held',
  'c.?ports.orValue([])': 'made by the identity that is held',
  's.?capabilities.add.orValue([])': 'made by the identity that is held',
  'object.spec.?securityContext.sysctls.orValue([])': 'made by the identity that is held',
  'object.spec.?affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.orValue([])':
    'made by the identity that is held',
  'object.metadata.?annotations.orValue({})': 'of a pod that has at most 1,000, which is asked first',
  'params.?rules.orValue([])': 'a role that is too long is for a person to bind',
  'r[?part].orValue([])': 'the same',
  'r.verbs': 'the same',
};

/** Names, which the API server bounds; a pattern of ours makes one pass over them. */
const BOUNDED_TEXTS =
  /(?:object\.roleRef\.name|request\.name|request\.namespace|variables\.space|variables\.owner)\.matches\(/g;

/** What a macro goes through, and what stands before it. */
function walksOf(text: string): { range: string; before: string }[] {
  const expression = text.replace(/\s+\./g, '.');
  return [...expression.matchAll(/\.(?:all|exists|exists_one|map|filter)\(/g)].map(({ index }) => {
    let depth = 0;
    let begin = index;
    for (; begin > 0; begin--) {
      const letter = expression[begin - 1] as string;
      if (')]'.includes(letter)) depth++;
      else if ('(['.includes(letter) && --depth < 0) break;
      else if (depth === 0 && /[\s!&|,{}]/.test(letter)) break;
    }
    return { range: expression.slice(begin, index), before: expression.slice(0, begin) };
  });
}

const textsOf = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : Object.values(Object(value)).flatMap(textsOf);

describe.each(policies)('$metadata.name', ({ spec }) => {
  test('goes through nothing that grows without bound', () => {
    for (const { range, before } of textsOf(spec).flatMap(walksOf)) {
      const isOurList = range.startsWith('[') && !range.startsWith('[object.') && !range.includes('metadata');
      const isCounted = /^variables\.(labels|annotations|selectors)\[0\]$/.test(range) && COUNTED_FIRST.test(before);
      if (!isOurList && !isCounted && !/^\[(oldObject|object)\.metadata\.\?labels\[/.test(range))
        expect(Object.keys(BOUNDED)).toContain(range.trim());
    }
  });

  test('matches no text of others against a pattern, and asks for no place in their lists', () => {
    for (const expression of textsOf(spec)) {
      expect(expression.replaceAll(BOUNDED_TEXTS, '')).not.toContain('.matches(');
      expect(expression).not.toMatch(/ in (?:object|oldObject)\.(?!metadata\.\?labels)/);
    }
  });
});

test('the walks are found', () => {
  const found = walksOf(
    "a || object.spec.?ports.orValue([]).all(p, p.x) && ['b'].exists(b, (c + d.e).map(f, f) == [b])",
  );
  expect(found.map(({ range }) => range)).toEqual(['object.spec.?ports.orValue([])', "['b']", '(c + d.e)']);
});
