import { existsSync, realpathSync } from 'node:fs';

/** Whether Node was started with this module, as `import.meta.main` says from Node 24.2 on. npm has only 24.0 for macOS on arm64. */
export const isMain = ({ filename }: Pick<ImportMeta, 'filename'>): boolean => {
  const [, started = ''] = process.argv;
  return existsSync(started) && realpathSync(started) === filename;
};
