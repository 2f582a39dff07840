/** Texts that are meant to cost a reader of documents much, in many shapes and at any size. */
import fc from 'fast-check';

/** What a text repeats: the same piece, or one that is different each time. */
type Piece = string | ((index: number) => string);

/** Between a head and a tail, as many pieces as fit. */
const filled = (head: string, piece: Piece, tail = '') => {
  const make = typeof piece === 'string' ? () => piece : piece;
  return (size: number): string => {
    const parts = [head];
    let length = head.length + tail.length;
    for (let index = 0; ; index++) {
      const part = make(index);
      if (part === '' || length + part.length > size) break;
      parts.push(part);
      length += part.length;
    }
    return [...parts, tail].join('');
  };
};

const yaml = 'openapi: 3.0.3\npaths:\n  /good: {get: {operationId: good}}\n';
const json = '{"openapi":"3.0.3","paths":{"/good":{"get":{"operationId":"good"}}';
const list = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(',');
const base36 = (index: number): string => index.toString(36);

/** Below a key that no reader needs. */
const inYaml: Record<string, Piece> = {
  'keys of a map': (i) => `  k${i}: 1\n`,
  'keys without values': (i) => `  k${i}:\n`,
  'keys that are numbers': (i) => `  ${i}: 1\n`,
  'explicit keys': (i) => `  ? k${i}\n`,
  'keys that are lists': (i) => `  ? [${i}]\n  : 1\n`,
  'a list': '- a\n',
  'a list of nothing': '-\n',
  'lists in lists': '- - - - - -\n',
  'deep lists': `- ${'['.repeat(90)}${']'.repeat(90)}\n`,
  'deep blocks': `${'- '.repeat(90)}1\n`,
  'deep maps': `- ${'{a: '.repeat(45)}1${'}'.repeat(45)}\n`,
  'deep indentation': Array.from({ length: 60 }, (_, depth) => `${' '.repeat(depth + 2)}- a:\n`).join(''),
  anchors: (i) => `- &a${i} 1\n`,
  'the same anchor': '- &a 1\n',
  'literal texts': '- |\n',
  'folded texts': '- >-\n   a\n',
  'quoted texts': '- ""\n',
  'quotes that do not end': "- '\n",
  tags: '- !!str a\n',
  'unknown tags': '- !a b\n',
  'tags and anchors': '- !!map &a\n  b: c\n',
  numbers: (i) => `- ${i}.5e3\n`,
  dates: '- 2001-01-01\n',
  unicode: '- ü€\u{1f600}\n',
  'carriage returns': '- 1\r',
  'names of prototypes': (i) => `- {__proto__: ${i}, constructor: 1}\n`,
  comments: '#\n',
  'blank lines': '  \n',
  'byte order marks': '\uFEFF\n',
  'ends of documents': '...\n',
  'starts of documents': '---\n',
};

/** Within brackets, quotes or a scalar. */
const around: Record<string, [head: string, piece: Piece, tail?: string]> = {
  'a flow list': ['x: [', 'a,', ']'],
  'a flow list of lists': ['x: [', '[],', ']'],
  'a flow list of maps': ['x: [', '{},', ']'],
  'a flow list of pairs': ['x: [', 'a: b,', ']'],
  'a flow list of explicit keys': ['x: [', '? ,', ']'],
  'a flow map': ['x: {', (i) => `k${i}: 1,`, '}'],
  'a flow set': ['x: {', (i) => `k${i},`, '}'],
  'a list as a key': ['? [', (i) => `${i},`, ']\n: 1'],
  'open lists': ['x: ', '['],
  'open maps': ['x: ', '{a: '],
  'open keys': ['', '? '],
  aliases: ['y: &a [1]\nx:\n', '- *a\n'],
  'aliases of a large map': [`y: &a\n${list(900, (i) => `  k${i}: 1\n`).replaceAll(',', '')}x:\n`, '- *a\n'],
  merges: ['y: &a {b: 1}\nx:\n', '- {<<: *a}\n'],
  'merges of a list': ['y: &a {b: 1}\nx:\n  <<: [', '*a,', ']'],
  'merges of a large map': [`y: &a {${list(900, (i) => `k${i}: 1`)}}\nx:\n`, '- {<<: *a}\n'],
  'a literal text': ['x: |\n', '  a\n'],
  'a literal text of blank lines': ['x: |\n  a\n', '\n'],
  'a folded text': ['x: >\n', (i) => (i % 2 ? '  a\n' : '   b\n')],
  'a text of many lines': ['x: a\n', '  b\n'],
  'a text of colons': ['x: ', 'a:'],
  'a text of hashes': ['x: ', 'a#'],
  'a text of escapes': ['x: "', '\\u0041', '"'],
  'a text of quotes': ["x: '", "''", "'"],
  'a quoted text of lines': ['x: "\n', '  a\n', '  "'],
  'a long word': ['', 'a'],
  'a long key': ['', 'a', ': 1'],
  'a long tag': ['x: !', 'a', ' b'],
  'a long tag of escapes': ['x: !', '%41', ' b'],
  'a long number': ['x: ', '9'],
  'a long hexadecimal number': ['x: 0x', 'f'],
  'a long comment': ['#', 'a'],
  spaces: ['', ' ', '\nx: 1'],
  tabs: ['x: a', '\t'],
};

const operation = (fields: string) => (i: number) =>
  `,"/p${i}":{"post":{${fields.replaceAll('@', String(i))}}}`;
const parameters = (make: (index: number) => string) => operation(`"parameters":[${list(60, make)}]`);
const body = (schema: string) =>
  operation(`"requestBody":{"content":{"application/json":{"schema":${schema}}}}`);
const nested = (depth: number, inner: string): string =>
  depth === 0 ? inner : `{"oneOf":[${list(6, () => nested(depth - 1, inner))}]}`;

/** Paths, and what stands beside them. */
const inJson: Record<string, [path: Piece, beside?: string]> = {
  'numbers as paths': [(i) => `,"/p${i}":1`],
  'empty operations': [(i) => `,"/p${i}":{"get":{}}`],
  'paths of braces': [(i) => `,"/${'{}'.repeat(450)}${i}":{"get":{}}`],
  'operations of one name': [operation('"operationId":"same"')],
  'names of tools that are equal': [operation('"operationId":"a.@"')],
  parameters: [parameters((k) => `{"name":"q${k}","in":"query","schema":{"type":"string"}}`)],
  'parameters that are left out': [parameters((k) => `{"name":"q${k}","in":"cookie"}`)],
  'parameters by reference': [
    parameters((k) => `{"$ref":"#/q/p${k}"}`),
    `,"q":{${list(60, (k) => `"p${k}":{"name":"q${k}","in":"cookie"}`)}}`,
  ],
  'a large value that everything refers to': [
    (i) => `,"/p${i}":{"get":{"parameters":[{"$ref":"#/q"}]}}`,
    `,"q":{"name":[${list(5000, () => '1')}],"in":{${list(5000, (i) => `"${i}":1`)}}}`,
  ],
  'a long reference everywhere': [parameters(() => `{"$ref":"#/${'a/'.repeat(90)}"}`)],
  'references in a row': [(i) => `,"c${i}":{"$ref":"#/paths/c${i + 1}"}`],
  'references in a circle': [(i) => `,"c${i}":{"$ref":"#/paths/c${i}"}`],
  'many parts': [
    body(`{"allOf":[${list(100, () => '{"$ref":"#/q"}')}]}`),
    `,"q":{"properties":{${list(60, (k) => `"f${k}":{"type":"string"}`)}}}`,
  ],
  'many choices': [body(nested(3, '{"type":"string"}'))],
  'many values': [
    parameters((k) => `{"name":"q${k}","in":"query","schema":{"enum":[${list(100, String)}]}}`),
  ],
  'many fields': [body(`{"properties":{${list(39, (k) => `"f${k}":{"type":"string"}`)}}}`)],
  'one body with many fields that are left out': [
    operation('"requestBody":{"$ref":"#/b"}'),
    `,"b":{"content":{"application/json":{"schema":{"properties":{"z":{"type":"string"},${list(39, (k) => `"${'f'.repeat(60)}${k}":{}`)}}}}}}`,
  ],
  'one large schema in every body': [
    operation(
      '"requestBody":{"content":{"application/json":{"schema":{"oneOf":[{"$ref":"#/q"},{"type":"array"}]}}}}',
    ),
    `,"q":{"properties":{${list(60, (k) => `"f${k}":{"description":"${'d'.repeat(90)}","enum":[${list(20, (i) => `"${i}${'v'.repeat(50)}"`)}]}`)}}}`,
  ],
  'schemas that refer to each other': [
    (i) =>
      `,"s${i}":{"properties":{${list(6, (k) => `"f${k}":{"$ref":"#/paths/s${(i * 7 + k * 13) % Math.max(i, 1)}"}`)}},"post":{"requestBody":{"content":{"application/json":{"schema":{"type":"object","additionalProperties":true,"properties":{"a":{"$ref":"#/paths/s${i}"}}}}}}}}`,
  ],
  'a schema that refers to itself': [
    body('{"$ref":"#/q"}'),
    ',"q":{"nullable":true,"properties":{"a":{"$ref":"#/q"},"b":{"items":{"$ref":"#/q"}},"c":{"anyOf":[{"$ref":"#/q"},{"$ref":"#/q"}]}}}',
  ],
  'choices of choices': [
    body('{"$ref":"#/q"}'),
    `,"q":{"anyOf":[${list(60, () => '{"$ref":"#/r"}')}]},"r":{"oneOf":[${list(60, () => '{"$ref":"#/t"}')}]},"t":{"anyOf":[${list(60, (k) => `{"type":"array","items":{"anyOf":[{"$ref":"#/q"},{"enum":["${k}"]}]}}`)}]}`,
  ],
  'objects in the query': [
    parameters((k) => `{"name":"q${k}","in":"query","schema":{"$ref":"#/q"}}`),
    `,"q":{"properties":{${list(40, (k) => `"f${k}":{"type":"string"}`)}}}`,
  ],
  'forms with encodings': [
    operation(
      '"requestBody":{"content":{"application/x-www-form-urlencoded":{"$ref":"#/no","schema":{"$ref":"#/q"},"encoding":{"a":{"style":"deepObject"}}}}}',
    ),
    `,"q":{"properties":{${list(39, (k) => `"f${k}":{"type":"object","properties":{"a":{"type":"string"}}}`)},"a":{"type":"object"}}}`,
  ],
  'operations by reference': [
    (i) => `,"/p${i}":{"get":{"$ref":"#/q"},"post":{"$ref":"#/q"}}`,
    ',"q":{"operationId":"q","servers":[{"url":"/"}],"parameters":[{"name":"a","in":"query"}]}',
  ],
  'servers of operations': [
    operation(`"servers":[${list(30, (k) => `{"url":"https://${k}.example.com"}`)}]`),
    `,"servers":[${list(30, (k) => `{"url":"https://api${k}.example.com"}`)}]`,
  ],
  patterns: [
    parameters((k) => `{"name":"q${k}","in":"query","schema":{"pattern":"([^\\\\pL]{2}|[b-c]+)@${k}"}}`),
  ],
  descriptions: [operation(`"description":"${' x'.repeat(2000)}"`)],
  escapes: [operation(`"description":"${'\\ud800\\u0000'.repeat(300)}"`)],
  'equal keys': [',"/p":{"get":{}}'],
  'keys that are numbers': [(i) => `,"${(i * 104_729) % 4_294_967_291}":{}`],
  'deep lists': [(i) => `,"/p${i}":${'['.repeat(5000)}${']'.repeat(5000)}`],
};

/** Every shape: a text of about a size. */
export const shapes: Readonly<Record<string, (size: number) => string>> = Object.fromEntries([
  ...Object.entries(inYaml).map(([name, piece]) => [`YAML: ${name}`, filled(`${yaml}x:\n`, piece)]),
  ...Object.entries(around).map(([name, [head, piece, tail = '']]) => [
    `YAML: ${name}`,
    filled(yaml + head, piece, `${tail}\n`),
  ]),
  ['YAML: directives', filled('', (i) => `%TAG !a${i}! tag:x\n`, `---\n${yaml}`)],
  [
    'YAML: operations',
    filled(yaml, (i) => `  /p${base36(i)}:\n    get:\n      operationId: p${base36(i)}\n`),
  ],
  ...Object.entries(inJson).map(([name, [path, beside = '']]) => [
    `JSON: ${name}`,
    filled(json, path, `}${beside}}`),
  ]),
  ['JSON: a list', filled(`${json}},"x":[1`, ',1', ']}')],
  ['JSON: a list that is cut off', filled(`${json}},"x":[1`, ',1')],
  ['JSON: a comma too many', filled(json, (i) => `,"k${i}":1`, ',}}')],
]) as Record<string, (size: number) => string>;

/** A word that no error may repeat. */
export const canary = 'canary';

const tokens = [
  '{}[],:#&*!|>"\'%@`~1\\\n\r\t \0\u0001\uFEFF\ud800ü'.split(''),
  String.raw`: |- |? |!!|---|...|<<: |null|0x1|.inf|\u|"paths":|$ref|__proto__`.split('|'),
  '\n  |\n    |\n---\n|openapi: 3.0.3\n|paths:\n'.split('|'),
  `@|&@ |*@|!@ |"@"|\n%TAG !@! x\n|@: `.replaceAll('@', canary).split('|'),
].flat();

/** Texts of tokens of both languages, in any order. */
export const tokenSoup: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('', '{', yaml, json), fc.array(fc.constantFrom(...tokens), { maxLength: 60 }))
  .map(([head, all]) => head + all.join(''));
