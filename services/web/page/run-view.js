// One run: its statechart with the present state lit, its revisions one by one, and what may be sent to it.
// It must never send anything while the past is shown.
import { auditList } from './audit-list.js';
import { createChart, exportLinks } from './chart.js';
import { onReconnected } from './connection.js';
import { deploymentPlace } from './deployment-place.js';
import { h, patch } from './element.js';
import { eventButton } from './event-button.js';
import { setKeys } from './keys.js';
import { Lighting } from './lighting.js';
import { keepFresh, readLive } from './live-data.js';
import { LogView } from './log-view.js';
import { ago, since } from './moment.js';
import { dataPathOf, followPathOf, itemOf, pathOf, typedAddress } from './path.js';
import { queuePlace } from './queue-place.js';
import {
  claimTable,
  closedList,
  contextOf,
  finalizeTable,
  revisionList,
  runFacts,
} from './run-facts.js';
import { Scrubber } from './scrubber.js';
import { crumbs, nothing, section } from './section.js';
import { stateBadge } from './state-badge.js';
import { stepCard } from './step-card.js';
import { openStream } from './stream.js';
import { timerList, whyPanel } from './why-panel.js';

/**
 * @typedef {import('../../queries/run-view.ts').RunView} RunView
 * @typedef {import('./lighting.js').News & { address: string }} RecordNews
 */

/** @param {import('./routes.js').Place} place @returns {Promise<import('./routes.js').View>} */
export async function openView({ main, names, signal }) {
  const address = names.join('/');
  /** @type {(run: RunView) => void} */
  let show = () => {};
  const scrubber = new Scrubber(() => {
    draw();
    lighting.retrace();
  });
  // The chart is drawn while the run is read: neither waits for the other.
  const parts = createParts(address, scrubber, signal);
  const { first, refresh } = await readLive(dataPathOf(address), signal, (fresh) => show(fresh));
  let run = /** @type {RunView} */ (first);
  const lighting = new Lighting(parts.chart, scrubber, run);
  const draw = () => {
    fill(parts, run, { scrubber, refresh });
    lighting.draw();
  };
  show = (fresh) => {
    if (fresh.revision < run.revision) return;
    run = fresh;
    scrubber.show(run.steps);
    draw();
    lighting.moveOn({ ...run, event: run.steps.at(-1)?.event ?? null });
  };
  patch(main, ...parts.elements);
  show(run);

  // The chart is lit by the news itself: what is read again afterwards takes longer.
  const hear = (/** @type {RecordNews} */ news) => {
    if (typedAddress(news.address) === address && lighting.moveOn(news)) refresh();
  };
  const closings = [
    openStream(followPathOf(address), {
      on: { record: hear, removed: refresh, audit: refresh },
      onOpen: refresh,
    }),
    onReconnected(refresh),
    keepFresh(refresh, () => !run.isFinished),
  ];
  setKeys(keysOf(scrubber));
  return {
    title: address,
    drawn: parts.chart.drawn,
    close() {
      for (const one of closings) one();
    },
  };
}

/** @param {string} address @param {Scrubber} scrubber @param {AbortSignal} signal */
function createParts(address, scrubber, signal) {
  const parts = {
    chart: createChart({ path: '/charts/run.svg', label: 'Statechart of a run', signal }),
    log: new LogView(signal),
    head: h('div', { class: 'headline' }),
    past: h('div', { class: 'past', role: 'status' }),
    statechart: section('Statechart', 'statechart'),
    step: section('Revision'),
    revisions: section('Revisions'),
    claims: section('Claims'),
    finalization: section('Finalization'),
    output: section('Log'),
    audit: section('Events', 'last'),
    why: section('Why it stands here', 'first'),
    events: section('Events it would accept now', 'first'),
    closed: section('Events it would refuse now'),
    timers: section('Timers'),
    facts: section('Details'),
  };
  patch(parts.statechart.body, parts.chart.box, scrubber.element, parts.past);
  patch(parts.output.body, parts.log.element);
  patch(parts.output.aside, parts.log.tools);
  const { statechart, step, claims, finalization, output, audit } = parts;
  const { why, events, closed, timers, facts, revisions } = parts;
  const wide = [step, claims, finalization, output, audit].map(({ element }) => element);
  const side = [why, events, closed, timers, revisions, facts].map(({ element }) => element);
  const [project = '', item = '', ...rest] = address.split('/');
  const where = crumbs([
    ['Board', '/'],
    [project, `/?project=${encodeURIComponent(project)}`],
    [item, pathOf(itemOf(address))],
    [rest.join('/'), null],
  ]);
  const columns = h(
    'div',
    { class: 'columns' },
    h('div', { class: 'wide' }, ...wide),
    h('div', { class: 'side' }, ...side),
  );
  return { ...parts, elements: [where, parts.head, statechart.element, columns] };
}

/**
 * @param {ReturnType<typeof createParts>} parts
 * @param {RunView} run
 * @param {{ scrubber: Scrubber, refresh: () => void }} doings
 */
function fill(parts, run, { scrubber, refresh }) {
  const { step, isLive } = scrubber;
  const revision = step?.revision ?? run.revision;
  patch(parts.head, ...headOf(run));
  patch(parts.past, !isLive && pastNote(revision, run.revision, scrubber));
  patch(
    parts.statechart.aside,
    parts.chart.zoom,
    exportLinks('/charts/run', `?state=${step?.state ?? run.state}`),
  );
  patch(parts.step.body, ...stepCard(step));
  patch(parts.step.aside, `${revision}${isLive ? ', the newest' : ` of ${run.revision}`}`);
  patch(
    parts.revisions.body,
    revisionList(run, revision, (one) => scrubber.chooseRevision(one)),
  );
  patch(parts.claims.body, claimTable(run.claims));
  patch(parts.finalization.body, finalizeTable(run.finalizeSteps));
  patch(parts.audit.body, auditList(run.audit, run.address));
  patch(parts.why.body, ...whyPanel(run.why));
  patch(parts.events.body, ...eventButtons(run, isLive, refresh));
  patch(parts.closed.body, closedList(run));
  patch(parts.timers.body, timerList(run.timers));
  patch(parts.facts.body, runFacts(run));
  parts.log.show(logSourceOf(run));
}

/**
 * Null where there cannot be one: asking for it would only fail.
 * @param {RunView} run
 * @returns {import('./log-view.js').LogSource | null}
 */
function logSourceOf(run) {
  const { epoch, machine, exit, startedAtMs, stage } = contextOf(run);
  const hasProcess = stage.kind === 'agent' || stage.kind === 'command';
  if (!hasProcess || startedAtMs === null) return null;
  return { address: run.address, epoch, machine, isRunning: exit === null && !run.isFinished };
}

/** @param {RunView} run */
function headOf(run) {
  const { address, state, sinceMs, revision, isFinished, isArchived, queue, deployment } = run;
  const [, , stage = '', attempt = ''] = address.split('/');
  return [
    h('h1', null, `${stage}/${attempt}`, h('span', { class: 'muted' }, ` of ${itemOf(address)}`)),
    h(
      'p',
      { class: 'standing' },
      stateBadge(state),
      isArchived && h('span', { class: 'tag' }, 'archived'),
      h('span', null, isFinished ? ['ended ', ago(sinceMs)] : ['for ', since(sinceMs)]),
      h('span', { class: 'muted' }, `revision ${revision}`),
    ),
    !isFinished && queue !== null && queuePlace(queue),
    !isFinished && deployment !== null && deploymentPlace(deployment),
  ];
}

/** @param {number} shown @param {number} newest @param {Scrubber} scrubber */
function pastNote(shown, newest, scrubber) {
  const back = h('button', { type: 'button', onclick: () => scrubber.follow() }, 'Back to live');
  return h(
    'p',
    null,
    `You are looking at revision ${shown}; the newest is ${newest}. Nothing can be sent from here. `,
    back,
  );
}

/** @param {RunView} run @param {boolean} isLive @param {() => void} refresh */
function eventButtons(run, isLive, refresh) {
  if (run.accepts.length === 0)
    return [nothing('None: it waits for what nobody can send by hand.')];
  const { address, state, revision } = run;
  const options = { isDisabled: !isLive, onSent: refresh };
  return run.accepts.map((event) =>
    h(
      'div',
      { class: 'event', key: event.type },
      eventButton({ address, state, revision }, event, options),
      h('span', { class: 'muted' }, event.to === null ? 'stays' : `→ ${event.to}`),
    ),
  );
}

/** @param {Scrubber} scrubber */
function keysOf(scrubber) {
  return [
    { keys: ['k', 'ArrowLeft'], does: 'revision before', act: () => scrubber.move(-1) },
    { keys: ['j', 'ArrowRight'], does: 'next revision', act: () => scrubber.move(1) },
    { keys: ['l'], does: 'back to what is live', act: () => scrubber.follow() },
  ];
}
