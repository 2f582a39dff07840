/** Patterns that are likely to be judged wrongly: pieces of the syntax of RE2, JavaScript and Perl in any order. */
import fc from 'fast-check';

const pieces = [
  ...'a b 1 . ^ $ | ( ) [ ] [^ - * + ? { } \\ / é 😀 , # _ ~'.split(' '),
  ...'(?: (?i: (?i) (?-s) (?-) (?U) (?x) (?P<n> (?<n> (?<é> (?= (?! (?<= (?> (?#'.split(' '),
  ...'[a-z] [z-a] [] [^] [[:alpha:]] [[:^word:]] [[:foo:]] [[: [: :] [\\b] [\\d-z] [a-] [--0]'.split(' '),
  ...'*? ++ {2} {2,} {,3} {0} {0,} {1000} {1001} {40} {32} {3,2} {02} {2}? {2,3}+'.split(' '),
  ...'\\d \\W \\s \\b \\B \\A \\z \\Z \\G \\C \\Q \\E \\R \\X \\h \\K'.split(' '),
  ...'\\p{L} \\pN \\PN \\p{^Lu} \\p{lu} \\p{Greek} \\p{Script=Greek} \\p{Alphabetic} \\p{Old_Italic} \\p{Letter}'.split(
    ' ',
  ),
  ...'\\p{Any} \\p{ASCII} \\p{Garay} \\p{} \\p{ \\p \\p^'.split(' '),
  ...'\\x41 \\x{41} \\x{110000} \\x{} \\x4 \\u0041 \\u{41} \\0 \\01 \\012 \\1 \\7 \\8 \\12 \\377 \\k<n> \\cA'.split(
    ' ',
  ),
  ...'\\a \\f \\t \\n \\r \\v \\e \\/ \\- \\_ \\é'.split(' '),
  ' ',
  '\n',
  '(a{40}){40}',
  '((a{10}){10}){10}',
  '((a{10}){10}){11}',
  '(a{0}){1000}',
  '((a|b{2}){5,}){100}',
];

/** A pattern of at most 500 characters. */
export const pattern: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom(...pieces) },
      fc.string({ maxLength: 3, unit: 'grapheme' }),
    ),
    {
      maxLength: 9,
    },
  )
  .map((parts) => parts.join(''))
  .filter((text) => text.length <= 500 && text.isWellFormed());

/** Each piece alone, in a group, in a class and repeated. */
export const forms: readonly string[] = pieces.flatMap((it) => [
  it,
  `(${it})`,
  `[${it}]`,
  `(?:${it}){40}`,
  `a${it}b`,
]);
