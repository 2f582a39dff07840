import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lint, readConfig } from 'markdownlint/sync';
import relativeLinks, { markdownIt } from 'markdownlint-rule-relative-links';
import { repository } from '../lib/release.ts';
import { lintProse } from './lint.ts';
import { covers } from './retired.ts';

/**
 * Checks the prose of every covered file, and Markdown with markdownlint: `node scripts/prose/main.ts [FILE…]`,
 * relative to the repository. Prints one line per finding, and exits with status 1 if there is any.
 */
const given = process.argv.slice(2);
const files = (given.length > 0 ? given : globSync([...covers], { cwd: repository })).sort();
const markdown = files.filter((file) => file.endsWith('.md'));

const findings = files.flatMap((file) =>
  lintProse(file, readFileSync(join(repository, file), 'utf8')).map(
    ({ line, column, message }) => `${file}:${line}:${column} ${message}`,
  ),
);
const results = lint({
  files: markdown.map((file) => join(repository, file)),
  config: readConfig(join(repository, '.markdownlint.json')),
  customRules: [relativeLinks],
  markdownItFactory: () => markdownIt,
});
for (const file of markdown) {
  for (const { lineNumber, ruleNames, ruleDescription, errorDetail } of results[join(repository, file)] ??
    []) {
    const detail = errorDetail === null ? '' : `: ${errorDetail}`;
    findings.push(`${file}:${lineNumber} ${ruleNames[0]} ${ruleDescription}${detail}`);
  }
}

for (const finding of findings) console.log(finding);
if (files.length === 0) console.log('no file to check');
process.exitCode = findings.length > 0 || files.length === 0 ? 1 : 0;
