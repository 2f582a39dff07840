/** Minimum width of a column of text. Only longer words are split. */
const readable = 30;
const gap = '  ';

/** Styles a line of a row; -1 is the row of the titles. */
type Paint = (line: string, row: number) => string;

/**
 * A table of the given width: the widest columns are wrapped until it fits. If the terminal is too narrow, each row
 * becomes a block of `title: value` lines. Wrapped rows stay aligned.
 */
export const table = (
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
  paint: Paint = (line) => line,
): string[] => {
  const widths = columnWidths([titles, ...rows], width);
  if (!widths) {
    return rows.flatMap((row, index) => stacked(titles, row, width).map((line) => paint(line, index)));
  }
  return [titles, ...rows].flatMap((row, index) => {
    const cells = row.map((cell, column) => wrap(cell, widths[column] ?? 0));
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) => {
      const parts = cells.map((lines, column) => (lines[line] ?? '').padEnd(widths[column] ?? 0));
      return paint(parts.join(gap).trimEnd(), index - 1);
    });
  });
};

/** Widths of the columns, or undefined if they do not fit side by side. */
const columnWidths = (rows: readonly (readonly string[])[], width: number): number[] | undefined => {
  const columns = (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? ''));
  const widths = columns.map((cells) => Math.max(...cells.map(({ length }) => length)));
  const least = columns.map((cells, column) => {
    const word = Math.max(...cells.flatMap((cell) => cell.split(' ').map(({ length }) => length)));
    return (widths[column] ?? 0) > 2 * readable ? readable : Math.min(word, readable);
  });
  const room = width - gap.length * (widths.length - 1);
  if (sum(least) > room) return undefined;
  while (sum(widths) > room) {
    const spare = widths.map((each, column) => (each > (least[column] ?? 0) ? each : 0));
    const widest = spare.indexOf(Math.max(...spare));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
};

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const stacked = (titles: readonly string[], row: readonly string[], width: number): string[] =>
  row.flatMap((cell, column) => {
    if (cell === '') return [];
    const [first = '', ...rest] = wrap(`${titles[column]}: ${cell}`, width - 2 * gap.length);
    return [`${column === 0 ? '' : gap}${first}`, ...rest.map((line) => `${gap}${gap}${line}`)];
  });

/** Lines of at most `width` characters, split between words if possible. */
export const wrap = (text: string, width: number): string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (joined.length <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  lines.push(line);
  return lines;
};
