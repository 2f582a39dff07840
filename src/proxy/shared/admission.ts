import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Limits the number of concurrent requests. If there are too many, ends the oldest one whose content has not arrived
 * completely, or else the oldest one that `mayEnd`. If there is none, asks `relieve` to end another one. Returns false
 * if the request must be refused.
 */
export const limitRequests = (
  most: number,
  relieve: () => boolean,
  mayEnd: (request: IncomingMessage) => boolean = () => false,
) => {
  const open = new Map<IncomingMessage, ServerResponse>();
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (open.size >= most) {
      const all = [...open];
      const slow = all.find(([{ complete }]) => !complete) ?? all.find(([each]) => mayEnd(each));
      if (!slow && !relieve()) return false;
      slow?.[1].destroy();
    }
    open.set(request, response);
    response.once('close', () => open.delete(request));
    return true;
  };
};
