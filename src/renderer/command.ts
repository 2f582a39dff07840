import { type Command, InvalidArgumentError } from 'commander';
import { renderConfig } from './render-config.ts';

const revision = (text: string): number => {
  if (!/^[0-9]{1,12}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};

/** Adds `render-config`, the command of the init container. */
export const addRenderConfig = (program: Command): void => {
  program
    .command('render-config')
    .summary("write a server's configuration from its template and its credentials")
    .description(
      "Runs as the init container of a server's pod: waits until the mounted template and credentials are those that the pod was made for, puts the credentials in place of the placeholders and writes the result. Exits with 1, naming what is missing, where it cannot.",
    )
    .requiredOption('--template <dir>', 'mounted ConfigMap')
    .requiredOption('--credentials <dir>', 'mounted Secret')
    .requiredOption('--out <dir>', 'folder to write to')
    .option('--timeout <seconds>', 'how long to wait for the revisions', revision, 240)
    .addHelpText(
      'after',
      `
Environment:
  CONFIG_REVISION       least revision of the template to render (default 0)
  CREDENTIALS_REVISION  least revision of the credentials (default 0)

Example:
  function-mcp render-config --template=/mcp/template --credentials=/mcp/credentials --out=/etc/mcp`,
    )
    .action(async ({ template, credentials, out, timeout }) => {
      const result = await renderConfig({
        template,
        credentials,
        out,
        configRevision: revision(process.env['CONFIG_REVISION'] ?? '0'),
        credentialsRevision: revision(process.env['CREDENTIALS_REVISION'] ?? '0'),
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
