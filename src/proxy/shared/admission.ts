import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Limits the number of concurrent requests. If there are too many, ends the oldest one whose content has not arrived
 * completely. If there is none, asks `relieve` to end another one. Returns false if the request must be refused.
 */
export const limitRequests = (most: number, relieve: () => boolean) => {
  const open = new Map<IncomingMessage, ServerResponse>();
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (open.size >= most) {
      const slow = [...open].find(([{ complete }]) => !complete);
      if (!slow && !relieve()) return false;
      slow?.[1].destroy();
    }
    open.set(request, response);
    response.once('close', () => open.delete(request));
    return true;
  };
};
