import { join } from 'node:path';
import type { ServerTls } from './backend.ts';
import { createAuthority } from './certificates.ts';

/** Creates an authority in `folder`, and what a server on loopback needs from it. */
export async function issueServerTls(folder: string): Promise<ServerTls> {
  const authority = await createAuthority(join(folder, 'authority'));
  const server = await authority.issue({
    name: 'localhost',
    san: 'DNS:localhost,IP:127.0.0.1',
    usage: 'server',
  });
  return { ...server, authority: authority.certificate };
}
