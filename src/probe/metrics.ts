import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type ProbeReason, probeReasons } from '../contract/probe-reasons.ts';
import { unusable } from '../contract/reasons.ts';
import { type Report, rungs } from './check.ts';
import type { Answer } from './cluster/client.ts';
import type { WriteKind } from './cluster/need.ts';
import type { Verdict } from './verdict.ts';

/** The values that {@link createMetrics} reads at each scrape. */
export interface Levels {
  running: number;
  targets: { probed: number; standby: number; unusable: number };
  pendingWrites: Record<WriteKind, number>;
}

/**
 * The metrics of a probe. Every label except the names of the targets has a fixed set of values: no host, and no text
 * of a server. All names except those of the process metrics begin with `mcp_probe_`.
 */
export interface Metrics {
  registry: Registry;
  checked: (report: Report) => void;
  abandoned: () => void;
  started: (lateness: number) => void;
  verdict: (resource: string, verdict: Verdict) => void;
  forget: (resource: string) => void;
  wrote: (kind: WriteKind, result: Answer['kind']) => void;
  read: (result: Answer['kind']) => void;
  targetsFile: (valid: boolean) => void;
}

const reasons = new Set<string>([...Object.keys(probeReasons), ...Object.keys(unusable)]);

/** A reason as a label: one of the fixed set, or `Other`, because a newer function may know more. */
const labelOf = (reason: string): string => (reasons.has(reason) ? reason : 'Other');

/** Registers the metrics. `levels` is called at each scrape. */
export const createMetrics = (levels: () => Levels): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const resource = new Gauge({
    name: 'mcp_probe_resource',
    help: 'The phase and reason of each Resource: 1 for the current ones.',
    labelNames: ['resource', 'phase', 'reason'] as const,
    registers,
  });
  const checks = new Counter({
    name: 'mcp_probe_checks_total',
    help: 'Completed checks, by reason.',
    labelNames: ['reason'] as const,
    registers,
  });
  const rung = new Histogram({
    name: 'mcp_probe_rung_seconds',
    help: 'Duration of each step of a check.',
    labelNames: ['rung'] as const,
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30],
    registers,
  });
  const lateness = new Histogram({
    name: 'mcp_probe_lateness_seconds',
    help: 'Delay between the time when a check was due and its start.',
    buckets: [0.01, 0.1, 1, 5, 15, 30, 60, 300],
    registers,
  });
  const abandoned = new Counter({
    name: 'mcp_probe_checks_abandoned_total',
    help: 'Checks that did not stop when they were aborted.',
    registers,
  });
  const writes = new Counter({
    name: 'mcp_probe_status_writes_total',
    help: 'Status writes, by cause and by result.',
    labelNames: ['kind', 'result'] as const,
    registers,
  });
  const reads = new Counter({
    name: 'mcp_probe_status_reads_total',
    help: 'Status reads, by result.',
    labelNames: ['result'] as const,
    registers,
  });
  const file = new Gauge({
    name: 'mcp_probe_targets_file_valid',
    help: 'Whether the targets file is valid. If it is not, the last valid file remains in use.',
    registers,
  });
  new Gauge({
    name: 'mcp_probe_checks_running',
    help: 'Checks in progress.',
    registers,
    collect() {
      this.set(levels().running);
    },
  });
  new Gauge({
    name: 'mcp_probe_targets',
    help: 'Targets: checked by this probe, checked by the probe of another Instance, or not usable.',
    labelNames: ['state'] as const,
    registers,
    collect() {
      for (const [state, count] of Object.entries(levels().targets)) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'mcp_probe_status_writes_pending',
    help: 'Pending status writes, by cause.',
    labelNames: ['kind'] as const,
    registers,
    collect() {
      for (const [kind, count] of Object.entries(levels().pendingWrites)) this.set({ kind }, count);
    },
  });
  for (const reason of Object.keys(probeReasons) as ProbeReason[]) checks.inc({ reason }, 0);

  const shown = new Map<string, { phase: string; reason: string }>();
  const hide = (name: string): void => {
    const labels = shown.get(name);
    if (labels) resource.remove({ resource: name, ...labels });
    shown.delete(name);
  };

  return {
    registry,
    checked(report) {
      checks.inc({ reason: report.reason });
      for (const name of rungs) {
        const took = report.rungs[name];
        if (took !== undefined) rung.observe({ rung: name }, took / 1000);
      }
    },
    abandoned: () => abandoned.inc(),
    started: (late) => lateness.observe(late / 1000),
    verdict(name, { phase, reason }) {
      const labels = { phase, reason: labelOf(reason) };
      const before = shown.get(name);
      if (before?.phase === labels.phase && before.reason === labels.reason) return;
      hide(name);
      shown.set(name, labels);
      resource.set({ resource: name, ...labels }, 1);
    },
    forget: hide,
    wrote: (kind, result) => writes.inc({ kind, result }),
    read: (result) => reads.inc({ result }),
    targetsFile: (valid) => file.set(valid ? 1 : 0),
  };
};
