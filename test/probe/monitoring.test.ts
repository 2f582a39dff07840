import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { labelKeys, managedBy, partOf } from '../../src/contract/names.ts';
import { ResourcePhase } from '../../src/contract/phase.ts';
import { probeReasons } from '../../src/contract/probe-reasons.ts';
import { rungs } from '../../src/probe/check.ts';
import { writeKinds } from '../../src/probe/cluster/need.ts';
import { createMetrics, type Metrics } from '../../src/probe/metrics.ts';

const folder = join(import.meta.dirname, '../../deploy/monitoring');
const load = async (name: string) => {
  const text = await readFile(join(folder, name), 'utf8');
  return name.endsWith('.json') ? JSON.parse(text) : parse(text);
};

/** Labels that Prometheus and the ServiceMonitor add to every series. */
const attached = ['namespace', 'mcp_instance', 'job'];

/** A registry in which every metric has a value. */
const filled = (): Metrics => {
  const metrics = createMetrics(() => ({
    running: 1,
    targets: { probed: 1, standby: 0, unusable: 0 },
    pendingWrites: { change: 0, heartbeat: 0, standing: 0 },
  }));
  metrics.checked({
    reason: 'Connected',
    latencyMs: 5,
    rungs: { dns: 1, tcp: 1, tls: 1, auth: 1, query: 1 },
  });
  metrics.started(3);
  metrics.wrote('change', 'ok');
  metrics.read('ok');
  metrics.targetsFile(true);
  metrics.verdict('orders', {
    phase: 'Failed',
    reason: 'DNSFailed',
    message: '',
    checkedSpec: '',
    checkedAt: 0,
  });
  return metrics;
};

/** Label names and values of every series by name, buckets and counts of histograms included. */
const seriesOf = async (metrics: Metrics): Promise<Map<string, Map<string, Set<string>>>> => {
  const series = new Map<string, Map<string, Set<string>>>([['up', new Map()]]);
  for (const { values } of await metrics.registry.getMetricsAsJSON()) {
    for (const { metricName, labels, ...rest } of values as {
      metricName?: string;
      labels: Record<string, string>;
    }[]) {
      const name = metricName ?? (rest as { name?: string }).name ?? '';
      const known = series.get(name) ?? new Map<string, Set<string>>();
      for (const [label, value] of Object.entries(labels))
        known.set(label, (known.get(label) ?? new Set()).add(String(value)));
      series.set(name, known);
    }
  }
  for (const { name, type, values } of await metrics.registry.getMetricsAsJSON()) {
    if (String(type) === 'histogram' || series.has(name)) continue;
    const known = new Map<string, Set<string>>();
    for (const { labels } of values) {
      for (const [label, value] of Object.entries(labels))
        known.set(label, (known.get(label) ?? new Set()).add(String(value)));
    }
    series.set(name, known);
  }
  return series;
};

interface Selector {
  metric: string;
  matchers: { label: string; operator: string; value: string }[];
}

/** The selectors of a PromQL expression, and the labels that it groups by; throws where it does not parse. */
const analyse = (expression: string): { selectors: Selector[]; grouped: string[] } => {
  const text = expression.replaceAll('$__rate_interval', '5m');
  const selectors: Selector[] = [];
  const grouped: string[] = [];
  parser.parse(text).iterate({
    enter({ type, from, to, node }) {
      const said = text.slice(from, to);
      if (type.isError) throw new Error(`not PromQL at ${from}: ${expression}`);
      if (type.name === 'VectorSelector')
        selectors.push({ metric: text.slice(from, node.firstChild?.to), matchers: [] });
      if (type.name.endsWith('LabelMatcher')) {
        const [, label = '', operator = '', value = ''] = /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/s.exec(said) ?? [];
        selectors.at(-1)?.matchers.push({ label, operator, value });
      }
      if (type.name === 'GroupingLabels') grouped.push(...said.replace(/[()\s]/g, '').split(','));
    },
  });
  return { selectors, grouped };
};

const known: Record<string, readonly string[]> = {
  phase: ResourcePhase.options,
  reason: Object.keys(probeReasons),
  kind: writeKinds,
  result: ['ok', 'gone', 'conflict', 'forbidden', 'refused', 'unavailable'],
  rung: rungs,
  job: ['mcp-probe'],
};

const expectKnown = async (expression: string): Promise<void> => {
  const series = await seriesOf(filled());
  const { selectors, grouped } = analyse(expression);
  expect(selectors.length, expression).toBeGreaterThan(0);
  const labels = new Set(attached);
  for (const { metric, matchers } of selectors) {
    expect([...series.keys()], expression).toContain(metric);
    for (const label of series.get(metric)?.keys() ?? []) labels.add(label);
    for (const { label, value } of matchers) {
      expect([...attached, ...(series.get(metric)?.keys() ?? [])], expression).toContain(label);
      if (value.startsWith('$')) continue;
      for (const each of value.split('|')) expect(known[label] ?? [], expression).toContain(each);
    }
  }
  for (const label of grouped) expect([...labels], expression).toContain(label);
};

const rules = async (): Promise<{ alert: string; expr: string; annotations: Record<string, string> }[]> => {
  const { kind, spec } = await load('alerts.yaml');
  expect(kind).toBe('PrometheusRule');
  return spec.groups.flatMap(({ rules }: { rules: object[] }) => rules);
};

test('every alert is PromQL about metrics, labels and values that there are', async () => {
  const all = await rules();
  expect(all.length).toBeGreaterThan(6);
  expect(new Set(all.map(({ alert }) => alert)).size).toBe(all.length);
  for (const { expr } of all) await expectKnown(expr);
});

test('what an alert says names only labels that its expression keeps', async () => {
  for (const { expr, annotations } of await rules()) {
    const { grouped, selectors } = analyse(expr);
    const kept =
      grouped.length > 0
        ? grouped
        : [...attached, ...selectors.flatMap(({ matchers }) => matchers.map(({ label }) => label))];
    for (const [, label] of Object.values(annotations)
      .join()
      .matchAll(/\$labels\.(\w+)/g))
      expect(kept, expr).toContain(label);
    expect(annotations['summary']).toBeTruthy();
    expect(annotations['description']).toBeTruthy();
  }
});

test('every panel of the dashboard is PromQL about metrics that there are', async () => {
  const { panels, templating } = await load('dashboard.json');
  expect(new Set(panels.map(({ id }: { id: number }) => id)).size).toBe(panels.length);
  for (const { targets, title } of panels) {
    expect(targets.length, title).toBeGreaterThan(0);
    for (const { expr } of targets) await expectKnown(expr);
  }
  for (const { definition } of templating.list) {
    if (!definition) continue;
    const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(definition) ?? [];
    await expectKnown(selector);
    expect(attached).toContain(label);
  }
});

test('every metric of the probe’s own is on the dashboard or in an alert', async () => {
  const { panels } = await load('dashboard.json');
  const expressions = [
    ...(await rules()).map(({ expr }) => expr),
    ...panels.flatMap(({ targets }: { targets: { expr: string }[] }) => targets.map(({ expr }) => expr)),
  ].join('\n');
  const own = filled()
    .registry.getMetricsAsArray()
    .map(({ name }) => name)
    .filter((name) => name.startsWith('mcp_probe_'));
  expect(own.length).toBeGreaterThan(9);
  for (const name of own) expect(expressions).toMatch(new RegExp(`\\b${name}(_bucket)?\\b`));
});

test('the ServiceMonitor finds the Service of a probe, and gives the labels that the alerts use', async () => {
  const { kind, spec } = await load('service-monitor.yaml');
  expect(kind).toBe('ServiceMonitor');
  expect(spec.selector.matchLabels).toEqual({
    [labelKeys.component]: 'probe',
    [labelKeys.partOf]: partOf,
    [labelKeys.managedBy]: managedBy,
  });
  expect(spec.namespaceSelector).toEqual({ any: true });
  const [{ port, path, relabelings }] = spec.endpoints;
  expect([port, path]).toEqual(['metrics', '/metrics']);
  expect(relabelings).toContainEqual({ targetLabel: 'job', replacement: 'mcp-probe' });
  expect(relabelings.map(({ targetLabel }: { targetLabel: string }) => targetLabel)).toContain(
    'mcp_instance',
  );
});

test('labels have a closed set of values, except the names of targets, which go when their targets go', async () => {
  const metrics = filled();
  metrics.verdict('orders', {
    phase: 'Connected',
    reason: 'Connected',
    message: '',
    checkedSpec: '',
    checkedAt: 0,
  });
  metrics.verdict('users', {
    phase: 'Failed',
    reason: 'pg: password of root',
    message: '',
    checkedSpec: '',
    checkedAt: 0,
  });
  const resources = await metrics.registry.getSingleMetricAsString('mcp_probe_resource');
  expect(resources.split('\n').filter((line) => line.startsWith('mcp_probe_resource{'))).toEqual([
    'mcp_probe_resource{resource="orders",phase="Connected",reason="Connected"} 1',
    'mcp_probe_resource{resource="users",phase="Failed",reason="Other"} 1',
  ]);
  metrics.forget('orders');
  metrics.forget('users');
  expect(await metrics.registry.getSingleMetricAsString('mcp_probe_resource')).not.toContain('{');
});
