import { type S3Keys, type S3Server, startS3 } from '../../lab/backends/s3.ts';

export const BUCKET = 'acme-reports';
export const PUBLISHED = 'published/';
export const SUMMARY = 'published/2026/summary.csv';
export const DRAFT = 'drafts/2026-outlook.txt';

const objects: Readonly<Record<string, string>> = {
  [SUMMARY]: 'month,orders,total\n2026-01,402,41310.50\n2026-02,377,39022.00\n2026-03,421,44180.25\n',
  'published/2026/notes.txt': 'March includes the spring sale.\n',
  'published/2025/summary.csv': 'month,orders,total\n2025-12,512,58120.75\n',
  [DRAFT]: 'Not for everybody yet.\n',
};

/** A real S3 server with reports in a bucket. The given user may only read them. */
export async function startReports(keys: S3Keys): Promise<S3Server> {
  const s3 = await startS3();
  try {
    await s3.createBucket(BUCKET);
    for (const [key, text] of Object.entries(objects)) await s3.put(BUCKET, key, text);
    await s3.put(BUCKET, 'published/2026/archive.bin', Buffer.alloc(3 * 1024 * 1024));
    await s3.createUser({ ...keys, bucket: BUCKET, readOnly: true });
    return s3;
  } catch (error) {
    await s3.stop();
    throw error;
  }
}
