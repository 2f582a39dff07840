import { type Command, InvalidArgumentError } from 'commander';
import { readRevision } from '../contract/revision.ts';
import { renderConfig } from './render-config.ts';

const whole = (text: string): number => {
  const number = readRevision(text);
  if (number === undefined) throw new InvalidArgumentError('Expected a whole number.');
  return number;
};

/** Adds `render-config`, the command of the init container. */
export const addRenderConfig = (program: Command): void => {
  program
    .command('render-config')
    .summary("write a server's configuration from its template and its credentials")
    .description(
      "Runs as the init container of a server's pod. Waits until the mounted template and credentials have the revisions that the pod needs, replaces the placeholders with the credentials, and writes the result. Exits with status 1 and names what is missing if that fails.",
    )
    .requiredOption('--template <dir>', 'mounted ConfigMap')
    .requiredOption('--credentials <dir>', 'mounted Secret')
    .requiredOption('--out <dir>', 'folder to write to')
    .option('--timeout <seconds>', 'time to wait for the revisions', whole, 240)
    .addHelpText(
      'after',
      `
Environment:
  CONFIG_REVISION       minimum revision of the template (default 0)
  CREDENTIALS_REVISION  minimum revision of the credentials (default 0)

Example:
  function-mcp render-config --template=/mcp/template --credentials=/mcp/credentials --out=/etc/mcp`,
    )
    .action(async ({ template, credentials, out, timeout }) => {
      const result = await renderConfig({
        template,
        credentials,
        out,
        configRevision: whole(process.env['CONFIG_REVISION'] ?? '0'),
        credentialsRevision: whole(process.env['CREDENTIALS_REVISION'] ?? '0'),
        timeout: timeout * 1000,
        onWait: (sentence) => console.error(`render-config: ${sentence}`),
      });
      if (result.ok) {
        console.error(`render-config: wrote ${result.value.join(', ')}`);
      } else {
        console.error(`render-config: ${result.error}`);
        process.exitCode = 1;
      }
    });
};
