// One deployment: what is live, what is under way, how it is watched, what waits, what proved bad, and its statechart.
// It must never wait for the chart: what can be told in words is told at once.
import { standingOf, wordButtons } from './actor-head.js';
import { auditList } from './audit-list.js';
import { createChart, exportLinks } from './chart.js';
import {
  endedTable,
  findingTable,
  incidentTable,
  leaseFacts,
  liveFacts,
  operationCard,
  ruleFacts,
} from './deployment-facts.js';
import { decisionList, holdNote } from './deployment-hold.js';
import { probeCharts } from './deployment-probe.js';
import { releaseTrain } from './deployment-train.js';
import { h, patch } from './element.js';
import { openActor } from './live-actor.js';
import { ago } from './moment.js';
import { dataPathOf } from './path.js';
import { crumbs, section } from './section.js';
import { timerList, whyPanel } from './why-panel.js';

/** @typedef {import('../../queries/deployment-page-view.ts').DeploymentPage} DeploymentPage */

/** @param {import('./routes.js').Place} place @returns {Promise<import('./routes.js').View>} */
export function openView({ main, names, signal }) {
  // The chart is drawn while the record is read: neither waits for the other.
  const parts = createParts(names, signal);
  return openActor({
    ...{ path: dataPathOf(`deployment.${names.join('.')}`), main, signal, parts },
    fill: (/** @type {DeploymentPage} */ deployment, refresh) => fill(parts, deployment, refresh),
    titleOf: (deployment) => `${deployment.project} ${deployment.environment}, deployment`,
  });
}

/** @param {string[]} names @param {AbortSignal} signal */
function createParts([project = '', environment = ''], signal) {
  const label = 'Statechart of a deployment';
  const parts = {
    chart: createChart({ path: '/charts/deployment.svg', label, signal }),
    where: h('div'),
    head: h('div', { class: 'headline' }),
    operation: section('Under way', 'first'),
    probes: section('Probes', 'first'),
    queue: section('Releases that wait', 'first'),
    findings: section('Provenance', 'first'),
    live: section('Live', 'first'),
    lease: section('Lease', 'first'),
    why: section('Why it stands here', 'first'),
    incidents: section('Incidents'),
    ended: section('Ended'),
    rules: section('How it is deployed'),
    timers: section('Timers'),
    audit: section('Events', 'last'),
    statechart: section('Statechart', 'statechart last'),
  };
  const { operation, probes, queue, findings, incidents, ended, audit } = parts;
  const { live, lease, why, timers, rules, statechart, where } = parts;
  patch(statechart.body, parts.chart.box);
  const wide = [operation, findings, probes, queue, incidents, ended, audit];
  const side = [live, lease, why, timers, rules];
  const columns = h(
    'div',
    { class: 'columns' },
    h('div', { class: 'wide' }, ...wide.map(({ element }) => element)),
    h('div', { class: 'side' }, ...side.map(({ element }) => element)),
  );
  patch(
    where,
    crumbs([
      ['Deployments', '/deployments'],
      [project, `/?project=${encodeURIComponent(project)}`],
      [environment, null],
    ]),
  );
  return { ...parts, elements: [where, parts.head, columns, statechart.element] };
}

/** @param {ReturnType<typeof createParts>} parts @param {DeploymentPage} deployment @param {() => void} refresh */
function fill(parts, deployment, refresh) {
  const { queue, operation, watch, lastWatch } = deployment;
  const findings = operation?.findings ?? [];
  patch(parts.head, ...headOf(deployment, refresh));
  patch(parts.operation.body, ...operationCard(deployment));
  parts.findings.element.hidden = findings.length === 0;
  patch(parts.findings.body, findingTable(findings));
  patch(parts.probes.aside, ...watchWords(deployment));
  patch(parts.probes.body, ...probeCharts(watch ?? lastWatch));
  patch(parts.queue.aside, queue.length === 0 ? '' : String(queue.length));
  patch(parts.queue.body, ...releaseTrain(queue));
  patch(parts.live.body, liveFacts(deployment));
  patch(parts.lease.body, leaseFacts(deployment));
  patch(parts.incidents.body, incidentTable(deployment.incidents));
  patch(parts.ended.body, endedTable(deployment.ended));
  patch(parts.rules.body, ruleFacts(deployment));
  patch(parts.why.body, ...whyPanel(deployment.why));
  patch(parts.audit.body, auditList(deployment.audit, deployment.address));
  patch(parts.timers.body, timerList(deployment.timers));
  const query = `?state=${encodeURIComponent(deployment.state)}`;
  patch(parts.statechart.aside, parts.chart.zoom, exportLinks('/charts/deployment', query));
}

/** @param {DeploymentPage} deployment */
function watchWords({ watch, lastWatch }) {
  if (watch !== null) return [`round ${watch.round}, begun `, ago(watch.startedAtMs)];
  return lastWatch === null ? [] : ['the last watch, begun ', ago(lastWatch.startedAtMs)];
}

/** @param {DeploymentPage} deployment @param {() => void} refresh */
function headOf(deployment, refresh) {
  const { environment, hold } = deployment;
  return [
    ...standingOf({ ...deployment, name: environment }),
    hold !== null && holdNote(hold),
    ...decisionList(deployment, refresh),
    ...deployment.asked.map(({ what, by, reason }) =>
      h('p', { class: 'parking' }, `${by} has asked for a ${what}${reason && `: ${reason}`}`),
    ),
    wordButtons(deployment, ['hold', 'rollback'], refresh),
  ];
}
