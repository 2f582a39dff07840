import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';

/** An object as somebody writes it. */
export interface Written {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: Record<string, unknown>;
}

/** The objects of a file beside this one, such as `dbhub/valid.yaml`, or of a path. */
export const written = async (file: string): Promise<Written[]> =>
  parseAllDocuments(await readFile(new URL(file, import.meta.url), 'utf8')).map(
    (document) => document.toJS() as Written,
  );
