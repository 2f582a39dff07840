// Loaded before everything else: names below example.com resolve to the address that stands in FAKE_DNS.
import dns from 'node:dns';

const { lookup } = dns;
const address = process.env.FAKE_DNS ?? '127.0.0.1';
dns.lookup = (host, options, answer = options) => {
  if (!host.endsWith('.example.com')) return lookup(host, options, answer);
  const all = typeof options === 'object' && options?.all;
  return process.nextTick(() => (all ? answer(null, [{ address, family: 4 }]) : answer(null, address, 4)));
};
dns.promises.lookup = async (_host, options) =>
  options?.all ? [{ address, family: 4 }] : { address, family: 4 };
