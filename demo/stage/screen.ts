/** Where the demo writes, such as process.stdout. */
export interface Output {
  write: (text: string) => unknown;
  isTTY?: boolean;
}

export interface Screen {
  say: (text: string) => void;
  /** Starts a section with a title. Its steps are numbered from one. */
  chapter: (title: string) => void;
  /** Runs one step under a numbered title, shows progress, then shows the lines that the step wrote. */
  step: <T>(title: string, work: (note: (line: string) => void) => Promise<T>) => Promise<T>;
  /** Shows an error in red. */
  fail: (text: string) => void;
  strong: (text: string) => string;
  dim: (text: string) => string;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const CLEAR_LINE = '\r\u001b[2K';
/** Milliseconds between progress lines, if the terminal cannot redraw a line. */
const PLAIN_INTERVAL = 5000;

/** Colours and a moving progress line on a terminal. Plain lines otherwise and if NO_COLOR is set. */
export function createScreen(output: Output, env: NodeJS.ProcessEnv = process.env): Screen {
  const live = output.isTTY === true && env['TERM'] !== 'dumb';
  const colour = live && !env['NO_COLOR'];
  const paint = (code: number) => (text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const [strong, dim, red, green] = [paint(1), paint(2), paint(31), paint(32)];
  const line = (text: string) => output.write(`${text}\n`);
  let count = 0;

  const showProgress = (label: string, elapsed: () => string): (() => void) => {
    let frame = 0;
    const draw = () =>
      output.write(`${CLEAR_LINE}${FRAMES[frame++ % FRAMES.length]} ${label} ${dim(elapsed())}`);
    if (live) draw();
    const timer = live
      ? setInterval(draw, 100)
      : setInterval(() => line(`  ${label}: ${elapsed()} so far`), PLAIN_INTERVAL);
    return () => {
      clearInterval(timer);
      if (live) output.write(CLEAR_LINE);
    };
  };

  return {
    strong,
    dim,
    say: line,
    chapter(title) {
      count = 0;
      line(`\n${strong(title)}\n`);
    },
    fail: (text) => line(red(text)),
    async step(title, work) {
      const label = `${++count}. ${title}`;
      const started = performance.now();
      const elapsed = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
      const notes: string[] = [];
      const stopProgress = showProgress(label, elapsed);
      let mark = red('✗');
      try {
        const result = await work((note) => notes.push(note));
        mark = green('✓');
        return result;
      } finally {
        stopProgress();
        line(`${mark} ${strong(label)}  ${dim(elapsed())}`);
        for (const text of notes.join('\n').split('\n')) line(text && `     ${text}`);
        line('');
      }
    },
  };
}

/** A table of text. Each column is as wide as its longest cell. */
export function table(rows: readonly (readonly unknown[])[]): string {
  const cells = rows.map((row) => row.map((cell) => String(cell)));
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
