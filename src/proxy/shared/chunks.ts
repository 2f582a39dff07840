/** Chunks below this size are small. */
const small = 1024;

/** Number of consecutive small chunks that are joined. */
const most = 256;

/** Collects chunks. Joins small ones, because each buffer needs more than a hundred bytes in addition to its content. */
export const collectChunks = () => {
  const chunks: Buffer[] = [];
  let loose = 0;
  return {
    chunks,
    add: (chunk: Buffer): void => {
      chunks.push(chunk);
      loose = chunk.length < small ? loose + 1 : 0;
      if (loose < most) return;
      chunks.push(Buffer.concat(chunks.splice(-most)));
      loose = 0;
    },
  };
};
