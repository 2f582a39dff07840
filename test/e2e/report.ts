import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface Outcome {
  pass: string;
  scenario: string;
  seconds: number;
  /** Undefined: it holds. */
  error?: string;
  /** Why it was not run. */
  left?: string;
  steps: { title: string; seconds: number }[];
  figures: { what: string; value: string }[];
}

/** The timing table, as Markdown. */
export function table(outcomes: Outcome[], seconds: number): string {
  const lines = ['| pass | scenario | result | seconds |', '|---|---|---|---|'];
  for (const { pass, scenario, error, left, seconds: took } of outcomes) {
    const result = left ? `not run: ${left}` : error ? 'FAILED' : 'ok';
    lines.push(`| ${pass} | ${scenario} | ${result} | ${took.toFixed(1)} |`);
  }
  lines.push(`| all | | | ${seconds.toFixed(0)} |`, '', '| pass | scenario | what | |', '|---|---|---|---|');
  for (const { pass, scenario, figures, steps } of outcomes) {
    for (const { what, value } of figures)
      lines.push(`| ${pass} | ${scenario} | **${what}** | **${value}** |`);
    for (const { title, seconds: took } of steps) {
      lines.push(`| ${pass} | ${scenario} | ${title} | ${took.toFixed(1)} s |`);
    }
  }
  return `${lines.join('\n')}\n`;
}

export async function keep(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
