import { stringAt, stringsAt } from '../contract/observed.ts';
import type { Change } from './changes.ts';
import type { Explanation, InstanceExplanation, SelectedResource } from './explanation.ts';
import { Page, type PageOptions, type Style } from './page.ts';
import type { Problem } from './problems.ts';

/** The layout of an explanation. */
export interface TextOptions extends PageOptions {
  /** Whether long lists, configurations and differences are shown in full. */
  full: boolean;
}

/** The most rows and lines of a list, a configuration or a difference that are shown without --full. */
const most = { notSelected: 20, leftOut: 5, config: 60, diff: 200 } as const;

/** The text of an explanation. */
export const explanationText = (explanation: Explanation, options: TextOptions): string => {
  const page = new Page(options);
  writeProblems(page, explanation.problems);
  for (const [index, instance] of explanation.instances.entries()) {
    if (index > 0 || explanation.problems.length > 0) page.blank();
    writeInstance(page, instance, options.full);
  }
  for (const note of explanation.notes) {
    page.blank();
    page.paragraph(note);
  }
  return page.text();
};

const writeInstance = (page: Page, instance: InstanceExplanation, full: boolean): void => {
  const { kind, name, namespace, fatal, outlook, notes } = instance;
  page.paragraph(`${kind} ${name} in ${namespace || 'no namespace'}: ${outlook}`, 0, [
    'bold',
    instance.usable ? 'green' : 'red',
  ]);
  if (fatal) {
    page.blank();
    page.paragraph(`${fatal.reason}: ${fatal.message}`, 2, 'red');
    page.paragraph('Nothing is created, changed or deleted until this is corrected.', 2);
  }
  writeFacts(page, instance);
  writeSelected(page, instance);
  writeLeftOut(page, instance, full);
  writeNotSelected(page, instance, full);
  for (const note of notes) {
    page.blank();
    page.paragraph(note);
  }
  if (!fatal) {
    page.heading('Conditions');
    const rows = instance.conditions.map(({ type, status, reason, message }) => [
      type,
      status,
      reason,
      message,
    ]);
    page.table(['CONDITION', 'STATUS', 'REASON', 'MESSAGE'], rows);
    writeObjects(page, instance, full);
  }
};

/** What the API server refuses or drops, in every object of the files. */
const writeProblems = (page: Page, problems: readonly Problem[]): void => {
  if (problems.length === 0) return;
  page.paragraph(`Problems in the files: ${problems.length}`, 0, ['bold', 'red']);
  for (const { at, kind, name, field, message } of problems) {
    page.paragraph(`${at}: ${kind}${name === '' ? '' : ` ${name}`}`, 2, 'red');
    page.paragraph(`${field === '' ? '' : `${field}: `}${message}`, 4);
  }
  if (problems.some(({ reason }) => reason === 'UnknownField')) {
    page.blank();
    page.paragraph(
      'kubectl refuses an object with an unknown field. Without strict validation, the API server drops the field.',
    );
  }
};

const writeFacts = (
  page: Page,
  { server, image, replicas, transport, endpoint }: InstanceExplanation,
): void => {
  const facts = [
    ['server', server],
    ['image', image],
    [
      'replicas',
      replicas &&
        (replicas.rendered === replicas.wanted
          ? `${replicas.wanted}`
          : `${replicas.rendered} of ${replicas.wanted}`),
    ],
    ['transport', transport],
    ['endpoint', endpoint],
  ];
  page.blank();
  for (const [name = '', value] of facts) if (value) page.line(`  ${name.padEnd(10)} ${value}`);
};

const writeSelected = (page: Page, { selected, selector }: InstanceExplanation): void => {
  if (!selector) return;
  page.heading(`Selected: ${selected.length}${describeSelector(selector)}`);
  if (selected.length > 0) {
    const columns = Object.keys(selected[0]?.columns ?? {});
    const policies = [...new Set(selected.flatMap(({ policy }) => Object.keys(policy)))].filter(
      (field) => field !== 'leftOut',
    );
    const phases = selected.some(({ phase }) => phase !== undefined);
    const titles = ['NAME', ...columns, 'READONLY', ...policies, ...(phases ? ['PROBE'] : []), 'USABLE'];
    const rows = selected.map((resource) => [
      resource.name,
      ...columns.map((column) => resource.columns[column] || '-'),
      resource.readOnly === undefined ? '-' : yesNo(resource.readOnly),
      ...policies.map((field) => String(resource.policy[field] ?? '-')),
      ...(phases ? [resource.phase ?? '-'] : []),
      `${yesNo(resource.usable)}${resource.reason === undefined ? '' : ` (${resource.reason})`}`,
    ]);
    page.table(
      titles.map((title) => title.toUpperCase()),
      rows,
      (row) => (selected[row]?.usable ? undefined : 'red'),
    );
  }
  const skipped = selected.filter(({ usable }) => !usable);
  if (skipped.length > 0) page.heading(`Not usable: ${skipped.length}`);
  for (const resource of skipped) writeProblem(page, resource);
};

const writeProblem = (page: Page, { name, reason, message = '' }: SelectedResource): void => {
  page.line(`  ${name}: ${reason}`, 'red');
  page.paragraph(message, 4);
};

/** Operations and parts of them that a Resource declares and that are not served. */
const writeLeftOut = (page: Page, { selected }: InstanceExplanation, full: boolean): void => {
  const some = selected.filter(({ leftOut }) => leftOut.length > 0);
  if (some.length === 0) return;
  page.heading(`Left out: ${some.reduce((sum, { leftOut }) => sum + leftOut.length, 0)}`);
  for (const { name, leftOut } of some) {
    page.line(`  ${name}`);
    const shown = full ? leftOut : leftOut.slice(0, most.leftOut);
    for (const sentence of shown) page.paragraph(sentence, 4);
    if (shown.length < leftOut.length)
      page.line(`    … ${leftOut.length - shown.length} more, shown by --full`, 'dim');
  }
};

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

const describeSelector = ({
  matchLabels,
  matchNames,
}: NonNullable<InstanceExplanation['selector']>): string => {
  const labels = Object.entries(matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  if (labels.length === 0 && !matchNames) return ', all of the namespace';
  return `${labels.length > 0 ? ` by ${labels.join(', ')}` : ''}${matchNames ? ` named ${matchNames.join(', ')}` : ''}`;
};

const writeNotSelected = (page: Page, { notSelected }: InstanceExplanation, full: boolean): void => {
  if (notSelected.length === 0) return;
  page.heading(`Not selected: ${notSelected.length}`);
  const shown = full ? notSelected : notSelected.slice(0, most.notSelected);
  page.table(
    ['NAME', 'NAMESPACE', 'WHY'],
    shown.map(({ name, namespace, why }) => [name, namespace || '-', why]),
  );
  if (shown.length < notSelected.length) {
    page.line(`  … ${notSelected.length - shown.length} more, shown by --full`, 'dim');
  }
};

const changeStyles: Record<Change['change'], Style | undefined> = {
  new: 'green',
  changed: 'yellow',
  'taken over': 'yellow',
  removed: 'red',
  unchanged: undefined,
};

const writeObjects = (page: Page, { objects, configFile }: InstanceExplanation, full: boolean): void => {
  page.heading(`Renders: ${objects.filter(({ object }) => object).length} objects`);
  page.table(
    ['CHANGE', 'KIND', 'NAME'],
    objects.map(({ change, kind, name, rollsPods }) => [
      `${change}${rollsPods ? ', pods roll' : ''}`,
      kind,
      name,
    ]),
    (row) => changeStyles[objects[row]?.change ?? 'unchanged'],
  );
  const limit = (lines: number): number => (full ? Number.POSITIVE_INFINITY : lines);
  for (const { change, kind, name, object, diff } of objects) {
    if (diff !== undefined) {
      page.blank();
      page.block(diff.split('\n'), limit(most.diff), diffStyle);
    } else if (change === 'new' || change === 'taken over') {
      const lines = kind === 'Secret' ? secretLines(object) : configLines(object, configFile);
      if (lines.length === 0) continue;
      page.heading(kind === 'Secret' ? `Secret ${name}` : `${configFile} in ConfigMap ${name}`);
      page.block(lines, limit(most.config));
    }
  }
};

const diffStyle = (line: string): Style | undefined => {
  if (line.startsWith('@@')) return 'cyan';
  if (line.startsWith('+')) return 'green';
  return line.startsWith('-') ? 'red' : undefined;
};

const configLines = (object: Change['object'], configFile: string): string[] => {
  const config = (stringAt(object, 'data', configFile) ?? '').trimEnd();
  return config === '' ? [] : config.split('\n');
};

const secretLines = (object: Change['object']): string[] => {
  const data = Object.entries(stringsAt(object, 'data'));
  const widest = Math.max(0, ...data.map(([key]) => key.length));
  return data.map(([key, mask]) => `${key.padEnd(widest)}  ${mask}`);
};
