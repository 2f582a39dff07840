import type { McpClient } from '../../lab/clients/mcp.ts';
import { table } from '../stage/screen.ts';
import { hold, type Note, shortened } from '../stage/story.ts';
import { BUCKET, DRAFT, PUBLISHED, SUMMARY } from './bucket.ts';

const on = { connection: 'reports', bucket: BUCKET };

interface Listed {
  objects: { key: string; size: number }[];
}

export async function listTools(client: McpClient, note: Note): Promise<void> {
  const tools = await client.listTools();
  note(table(tools.map(({ name, description }) => [name, shortened(description)])));
  hold(
    tools.some(({ name }) => name === 's3_get_object'),
    's3_get_object is listed',
  );
}

export async function readObjects(client: McpClient, note: Note): Promise<void> {
  const listed = await client.callTool<Listed>('s3_list_objects', on);
  hold(!listed.isError, `objects are listed, not ${JSON.stringify(listed.content)}`);
  const { objects } = listed.content;
  note(table(objects.map(({ key, size }) => [` ${key}`, `${size} bytes`])));
  hold(
    objects.length === 4 && objects.every(({ key }) => key.startsWith(PUBLISHED)),
    `there are four objects, all under ${PUBLISHED}`,
  );
  const read = await client.callTool<{ content: string }>('s3_get_object', { ...on, key: SUMMARY });
  hold(!read.isError, `an object is read, not ${JSON.stringify(read.content)}`);
  note(`\n${SUMMARY}:`);
  note(read.content.content.trimEnd());
  hold(read.content.content.includes('44180.25'), 'the object is what was put there');
}

/** Shows that each of these calls is refused, and the error of each. */
export async function refuse(client: McpClient, note: Note): Promise<void> {
  const calls = [
    ['s3_put_object', { key: SUMMARY, content: 'nothing' }, 'read-only'],
    ['s3_delete_object', { key: SUMMARY }, 'read-only'],
    ['s3_get_object', { key: DRAFT }, 'serves only keys below'],
    ['s3_get_object', { key: `${PUBLISHED}../${DRAFT}` }, 'must not have empty'],
    ['s3_get_object', { key: 'published/2026/archive.bin' }, 'up to 2097152 bytes'],
  ] as const;
  for (const [tool, args, words] of calls) {
    const { isError, content } = await client.callTool<string>(tool, { ...on, ...args });
    note(`${tool} ${args.key}\n  → ${content}`);
    hold(isError && content.includes(words), `${tool} of ${args.key} is refused`);
  }
}
