import { availableParallelism, cpus } from 'node:os';

/** One line of the result. */
export interface Line {
  what: string;
  unit: 'ms' | 'calls/s' | 'MiB' | 'KiB' | '×';
  floor?: number;
  ours: number;
  /** Ours over the floor's, where that says something. */
  ratio?: number;
  /** The limit, and what is held against it. */
  target?: { most: number; of: 'ours' | 'ratio' };
}

/** Whether a line keeps its target; undefined where it has none. */
export function passes({ ours, ratio, target }: Line): boolean | undefined {
  if (target === undefined) return undefined;
  return (target.of === 'ours' ? ours : (ratio ?? Number.NaN)) <= target.most;
}

/** The result for machines. */
export function asJson(lines: readonly Line[]): string {
  const results = lines.map((line) => ({ ...line, pass: passes(line) }));
  return JSON.stringify({ node: process.version, cpus: availableParallelism(), results }, null, 2);
}

/** The result for people: a table, and a verdict for each target. */
export function asTable(lines: readonly Line[]): string {
  const head = ['', 'floor', 'ours', 'ratio', 'target', ''];
  const rows = lines.map((line) => [
    line.what,
    quantity(line.floor, line.unit),
    quantity(line.ours, line.unit),
    line.ratio === undefined ? '' : line.ratio.toFixed(2),
    target(line),
    { true: 'ok', false: 'MISSED', undefined: '' }[String(passes(line))] ?? '',
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const text = [head, ...rows].map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const machine = `Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}`;
  return [machine, '', ...text, ''].join('\n');
}

function quantity(value: number | undefined, unit: Line['unit']): string {
  if (value === undefined) return '';
  const digits = { ms: value < 10 ? 2 : 0, 'calls/s': 0, MiB: 0, KiB: 0, '×': 2 }[unit];
  return `${value.toFixed(digits)} ${unit}`;
}

function target({ target: limit, unit }: Line): string {
  if (limit === undefined) return '';
  return limit.of === 'ratio' ? `ratio ≤ ${limit.most}` : `≤ ${quantity(limit.most, unit)}`;
}
