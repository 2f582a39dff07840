/** Name of the module below, beside the configuration. */
export const lastRequestsFile = 'last-requests.mjs';

/**
 * A module that Node loads before DBHub, which serves HTTP without an end: SIGTERM drops what is in progress, and as
 * PID 1 it ignores that. With it, SIGTERM makes it serve on for 15 s, in which nodes take the pod out of the Service
 * and every answer asks its client to connect anew, and then end with the last call.
 * https://nodejs.org/api/diagnostics_channel.html#http
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
 */
export const lastRequests = `import { subscribe } from 'node:diagnostics_channel';

const seconds = Number(process.env.LAST_REQUESTS_SECONDS ?? 15);
const servers = new Set();
const answers = new Set();
let ending = false;
let closed = false;

// An answer to a call asks to keep the connection, when its head is written.
const close = (answer) => {
  const { writeHead } = answer;
  answer.writeHead = (status, ...rest) => {
    const headers = rest.find((each) => typeof each === 'object') ?? {};
    for (const [name, value] of Object.entries(headers)) answer.setHeader(name, value);
    answer.setHeader('connection', 'close');
    return writeHead.call(answer, status);
  };
};
const endIfIdle = () => closed && answers.size === 0 && process.exit(0);

subscribe('http.server.request.start', ({ response, server }) => {
  servers.add(server);
  answers.add(response);
  if (ending) close(response);
  response.once('close', () => {
    answers.delete(response);
    endIfIdle();
  });
});

process.once('SIGTERM', () => {
  ending = true;
  answers.forEach(close);
  setTimeout(() => {
    closed = true;
    for (const server of servers) server.close();
    endIfIdle();
  }, seconds * 1000);
});
`;
