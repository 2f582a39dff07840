import jsTokens from 'js-tokens';
import type { MicromarkToken } from 'markdownlint';
import { lint } from 'markdownlint/sync';

/** Marks the end of a passage, so that no phrase is found across two passages. It is not white space. */
const end = '\u0001';

/**
 * Returns the prose of a file: a text of the same length in which everything else is blank, so that offsets are those
 * of the file. The prose is everything except code, comments and link targets in Markdown; the comments and string
 * literals in TypeScript, JavaScript and Go; the comments in YAML. Throws an Error for any other kind of file.
 */
export const maskOf = (file: string, text: string): string => {
  if (file.endsWith('.md')) return markdown(text);
  if (/\.(ts|mjs|js|go)$/.test(file)) return code(text);
  if (/\.ya?ml$/.test(file)) return yaml(text);
  throw new Error(`the check does not support files such as ${file}`);
};

/** The same number of characters and lines, without words, and with an end mark. */
const blank = (text: string): string => {
  const first = text.search(/\S/);
  return text.replace(/\S/g, (_, at: number) => (at === first ? end : ' '));
};

/** Tokens of micromark that contain no prose. */
const hidden = new Set(
  'codeText codeFenced codeIndented htmlFlow htmlText resource autolink literalAutolink definition'.split(
    ' ',
  ),
);

const markdown = (text: string): string => {
  let masked = text;
  const starts = lineStarts(text);
  const visit = (token: MicromarkToken): void => {
    if (!hidden.has(token.type)) {
      token.children.forEach(visit);
      return;
    }
    const from = (starts[token.startLine - 1] ?? 0) + token.startColumn - 1;
    const to = (starts[token.endLine - 1] ?? 0) + token.endColumn - 1;
    masked = masked.slice(0, from) + blank(masked.slice(from, to)) + masked.slice(to);
  };
  lint({
    strings: { text },
    config: { default: false, 'mask-prose': true },
    frontMatter: null,
    handleRuleFailures: false,
    customRules: [
      {
        names: ['mask-prose'],
        description: 'shows the tokens',
        tags: ['mask'],
        parser: 'micromark',
        function: ({ parsers }) => parsers.micromark.tokens.forEach(visit),
      },
    ],
  });
  return masked.replaceAll('|', end);
};

const code = (text: string): string => {
  let masked = '';
  for (const { type, value } of jsTokens(text)) {
    if (type.endsWith('Comment')) masked += value.replace(/^(\s*)\*+|\/\*+|\*+\/|\/\//gm, spaces);
    else if (/^(String|NoSubstitution|Template)/.test(type))
      masked += value.replace(/^['"`}]|\$\{$|['"`]$/g, end);
    else masked += type === 'LineTerminatorSequence' || type === 'WhiteSpace' ? value : blank(value);
  }
  return masked;
};

const spaces = (text: string): string => text.replace(/\S/g, ' ');

const yaml = (text: string): string =>
  text.replace(/^.*$/gm, (line) => {
    const at = line.search(/(?<!\S)#/);
    return at < 0 ? blank(line) : `${blank(line.slice(0, at))} ${line.slice(at + 1)}`;
  });

/** Offset of the beginning of each line. */
export const lineStarts = (text: string): number[] => [
  0,
  ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1),
];
