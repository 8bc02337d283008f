import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type JsonPiece, JsonSplitter } from '../../bin/input/json.ts';
import { cut } from './run.ts';

function split(chunks: (string | Buffer)[], list?: string, maxBytes?: number): JsonPiece[] {
  const splitter = new JsonSplitter(list, maxBytes);
  return [...chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk))), ...splitter.end()];
}

const texts = (pieces: JsonPiece[]) =>
  pieces.map((piece) => ('text' in piece ? piece.text : `(${piece.line}) ${piece.problem}`));
const passedOver = 'passed over up to the next line that begins with "{"';

describe('values', () => {
  test.each<[string, string | undefined, string[]]>([
    ['', undefined, []],
    [' \n\t', undefined, []],
    ['{"a":1}{"b" : [ 2 ]}\n{}', undefined, ['{"a":1}', '{"b" : [ 2 ]}', '{}']],
    ['[1,{"a":[]}]', undefined, ['[1,{"a":[]}]']],
    ['{"l":[{"a":"}]"}, [1], "x\\"", 1.0, null, true]}', 'l', ['{"a":"}]"}', '[1]', '"x\\""', '1', 'null', 'true']],
    ['{"x":{"l":[1]},"l":[2],"y":["l",[3]]}{"l":[4]}', 'l', ['2', '4']],
    ['{"l":[]}', 'l', []],
    ['{"l":{"a":[1]}}', 'l', ['(1) a JSON document without "l"; passed over']],
    ['[[1]]', 'l', ['(1) a JSON document without "l"; passed over']],
    ['{"a":1}\nx\ny{\n{"b":2}', undefined, ['{"a":1}', `(2) not JSON; ${passedOver}`, '{"b":2}']],
    ['{"a":1\n{"b":2}', undefined, ['{"a":1', `(1) not JSON; ${passedOver}`, '{"b":2}']],
    ['{"a":\n{"b":2}}', undefined, ['{"a":\n{"b":2}}']],
    ['{"a":[1}\n{"b":2}', undefined, ['{"a":[1', `(1) not JSON; ${passedOver}`, '{"b":2}']],
    ['{"a":1,}\n{"b" 2}\n{"c":3}', undefined, ['{"a":1,}', '{"', `(2) not JSON; ${passedOver}`, '{"c":3}']],
    ['1\n"x"\n{"c":3}', undefined, [`(1) not JSON; ${passedOver}`, '{"c":3}']],
    ['{"l":[{"a":1},{"a":"b', 'l', ['{"a":1}', '{"a":"b', `(1) ends in the middle of a JSON document; ${passedOver}`]],
    ['{"l":[{"a":1}', 'l', ['{"a":1}', `(1) ends in the middle of a JSON document; ${passedOver}`]],
    ['{"l":[{"a":1},{"a":\u0001},{"a":3}]}\n{"l":[4]}', 'l', ['{"a":1}', '{"a":', `(1) not JSON; ${passedOver}`, '4']],
    ['tru', undefined, [`(1) not JSON; ${passedOver}`]],
  ])('in %j under %j', (text, list, expected) => {
    expect(texts(split([text], list))).toEqual(expected);
  });

  test('have the line where they begin, their number, and the fields before them', () => {
    const [first, second] = split(['{\n"kind":"K",\n"n":1,"o":{"p":"q"},"l":[\n{"a":\n1},\n\n2],"z":"y"}'], 'l');
    expect(first).toMatchObject({ text: '{"a":\n1}', line: 4, item: 1 });
    expect(second).toMatchObject({ text: '2', line: 7, item: 2 });
    expect(split(['{"kind":"K","n":1,"o":{"p":"q"},"l":[2]}'], 'l')[0]?.fields).toEqual(
      new Map([
        ['kind', 'K'],
        ['n', undefined],
        ['o', undefined],
        ['l', undefined],
      ]),
    );
  });

  test('longer than the limit are passed over', () => {
    const chunks = ['{"l":[[1],[', ...Array.from({ length: 50 }, () => '1,'), '1],[2]]}'];
    expect(texts(split(chunks, 'l', 64))).toEqual(['[1]', '(1) longer than 0 MiB; passed over', '[2]']);
  });

  test('with a text longer than the limit end the document', () => {
    const chunks = ['{"l":[[1],["', ...Array.from({ length: 50 }, () => 'xx'), '"]]}\n', '{"l":[3]}'];
    expect(texts(split(chunks, 'l', 64))).toEqual(['[1]', '[', expect.stringMatching(/a text longer than/), '3']);
  });

  test('nested without end are no JSON', () => {
    expect(texts(split(['['.repeat(20_000)])).at(-1)).toMatch(/not JSON/);
  });
});

describe('for any input', () => {
  const json = fc.json({ maxDepth: 4 }).filter((text) => /^[[{]/.test(text));
  const sizes = fc.array(fc.nat({ max: 20 }), { maxLength: 60 });

  test('documents come out as they went in', () => {
    const separator = fc.constantFrom('', '\n', ' ', '\r\n\t');
    fc.assert(
      fc.property(fc.array(json), separator, sizes, (documents, between, at) => {
        expect(texts(split(cut(Buffer.from(documents.join(between)), at)))).toEqual(documents);
      }),
    );
  });

  test('elements come out as they went in', () => {
    fc.assert(
      fc.property(fc.array(json), fc.jsonValue(), sizes, (elements, other, at) => {
        const text = `{"x":${JSON.stringify(other)},"l":[${elements.join(' , ')}]}`;
        expect(texts(split(cut(Buffer.from(text), at), 'l'))).toEqual(elements);
      }),
    );
  });

  test('the end of a chunk means nothing, and nothing throws', () => {
    const mess = fc
      .array(
        fc.oneof(
          fc.constantFrom('\n{', '{"l":[', ']}', '"', '\\', ',', ':', 'é', '\n', '1', 'true', '{"a":"b"}'),
          json,
        ),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(mess, fc.constantFrom(undefined, 'l'), sizes, (text, list, at) => {
        expect(split(cut(Buffer.from(text), at), list)).toEqual(split([text], list));
      }),
      { numRuns: 1000 },
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void split([Buffer.from(bytes)])));
  });
});
