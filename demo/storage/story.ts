import { programs } from '../../lab/programs.ts';
import { storage as type } from '../../src/servers/storage/storage.ts';
import { type Story, since } from '../stage/story.ts';
import { BUCKET, DRAFT, startReports } from './bucket.ts';
import { listTools, readObjects, refuse } from './client.ts';

/** A bucket that mcp-s3 reads. */
export const storage: Story = {
  type,
  titles: { backend: 'a real server that speaks S3', server: 'the MCP server for S3' },
  programs: [programs.go],
  firstTime: 'about 2 min, for two programs that are built',
  resource: 'reports',
  async start({ accessKeyId = '', secretAccessKey = '' }, note) {
    const started = performance.now();
    const s3 = await startReports({ accessKeyId, secretAccessKey });
    note(`versitygw on ${s3.host}:${s3.port}, ready in ${since(started)}; it checks every signature`);
    note(`bucket ${BUCKET}: published reports, a file of 3 MiB, and ${DRAFT}`);
    note(`user ${accessKeyId}: may list and read; quotes, "$" and braces in its secret key`);
    return {
      spec: { endpoint: s3.url },
      changed: `is at ${s3.url}`,
      stop: () => s3.stop(),
      [Symbol.asyncDispose]: () => s3[Symbol.asyncDispose](),
    };
  },
  excerpt: (json) => /^ {4}"reports": \{[\s\S]*?^ {4}\}/m.exec(json)?.[0] ?? '',
  secret: ({ secretAccessKey = '' }) => ({
    text: secretAccessKey,
    rendered: escaped(secretAccessKey),
    as: 'with JSON escapes',
  }),
  async ask(client, note) {
    await listTools(client, note);
    note('');
    await readObjects(client, note);
    note('\nWrites, keys outside the prefix, and objects that are too large are refused:');
    await refuse(client, note);
  },
  verdicts: {
    elsewhere: { media: 'DNSFailed' },
    wrong: { purpose: 'SECRET_ACCESS_KEY', value: 'wrong', reason: 'AuthFailed' },
  },
};

/** Replaces characters that JSON may escape with four hex digits. */
const escaped = (text: string): string =>
  text.replace(/[^-A-Za-z0-9_.~+/=:]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
