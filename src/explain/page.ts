import { styleText } from 'node:util';
import { table, wrap } from './table.ts';

/** The layout of a page. */
export interface PageOptions {
  /** Characters in a line. */
  width: number;
  color: boolean;
}

export type Style = Parameters<typeof styleText>[0];

/** Lines of text within a width. Characters that could control a terminal are shown as their code points. */
export class Page {
  readonly #lines: string[] = [];
  readonly #width: number;
  readonly #color: boolean;

  constructor({ width, color }: PageOptions) {
    this.#width = Math.max(width, 20);
    this.#color = color;
  }

  text = (): string => `${this.#lines.join('\n')}\n`;

  blank(): void {
    this.#lines.push('');
  }

  /** A line that is never wrapped, so that it can be copied. */
  line(text: string, style?: Style): void {
    this.#lines.push(this.#paint(plain(text), style));
  }

  paragraph(text: string, indent = 0, style?: Style): void {
    for (const line of wrap(plain(text), this.#width - indent)) {
      this.#lines.push(this.#paint(`${' '.repeat(indent)}${line}`, style));
    }
  }

  heading(text: string): void {
    this.blank();
    this.paragraph(text, 0, 'bold');
  }

  /** `styles` gives the style of a row. */
  table(
    titles: readonly string[],
    rows: readonly (readonly string[])[],
    styles?: (row: number) => Style | undefined,
  ) {
    const lines = table(
      titles,
      rows.map((row) => row.map(plain)),
      this.#width - 2,
      (line, row) => this.#paint(line, row === -1 ? 'dim' : styles?.(row)),
    );
    this.#lines.push(...lines.map((line) => `  ${line}`));
  }

  /** Unchanged lines, at most `limit` of them. */
  block(lines: readonly string[], limit: number, style?: (line: string) => Style | undefined): void {
    for (const line of lines.slice(0, limit)) this.line(`  ${line}`, style?.(line));
    if (lines.length > limit) this.line(`  … ${lines.length - limit} more lines, shown by --full`, 'dim');
  }

  #paint(text: string, style: Style | undefined): string {
    return this.#color && style !== undefined && text !== ''
      ? styleText(style, text, { validateStream: false })
      : text;
  }
}

/** Control characters, and format characters such as those that turn the direction of text. */
const unprintable = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** A text on one line, with the characters that could control a terminal as code points. */
export const plain = (text: string): string =>
  text.replace(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
