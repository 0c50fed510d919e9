// The timeline of an item: every run as a row of bars, one for each phase of its life.
// It must never say anything by colour alone: each bar has its pattern, and each run its table of times.
import { nowMs } from './clock.js';
import { h } from './element.js';
import { duration, timeOfDay } from './moment.js';
import { pathOf, typedAddress } from './path.js';
import { nothing } from './section.js';
import { stateBadge, verdictBadge } from './state-badge.js';

/**
 * @typedef {import('../../queries/item-view.ts').TimelineRun} TimelineRun
 * @typedef {import('../../queries/item-view.ts').Phase} Phase
 * @typedef {{ startMs: number, endMs: number }} Span
 */

/** @type {Record<Phase['name'], string>} */
const MEANINGS = {
  queued: 'waits for a worker, a decision or its checks',
  starting: 'is being prepared',
  working: 'the command runs',
  finalizing: 'push, report, gates',
  grace: 'waits for whoever claims it',
  claimed: 'the item is told to advance',
  cancelling: 'its process is being ended',
};
const TICKS = 4;
/** So that a moment can still be seen and pointed at, in per cent. */
const LEAST_WIDTH = 0.35;

/** True while a bar still grows. @param {readonly TimelineRun[]} runs */
export function isGrowing(runs) {
  return runs.some(({ phases }) => phases.some(({ endMs }) => endMs === null));
}

/**
 * All on one scale of time, or each in full: then a short run is seen beside one that waited for days.
 * @param {readonly TimelineRun[]} runs
 * @param {boolean} isEachInFull
 */
export function waterfall(runs, isEachInFull) {
  if (runs.length === 0) return [nothing('No run has been opened yet.')];
  const span = spanOf(runs);
  const rows = runs.map((run) => rowOf(run, isEachInFull ? spanOf([run]) : span));
  return [legend(runs), h('div', { class: 'waterfall' }, !isEachInFull && axis(span), ...rows)];
}

/** @param {readonly TimelineRun[]} runs */
function legend(runs) {
  const present = new Set(runs.flatMap(({ phases }) => phases.map(({ name }) => name)));
  const names = /** @type {Phase['name'][]} */ (Object.keys(MEANINGS));
  const entries = names
    .filter((name) => present.has(name))
    .map((name) =>
      h(
        'li',
        { title: MEANINGS[name] },
        h('i', { class: 'phase', 'data-phase': name, 'aria-hidden': 'true' }),
        name,
      ),
    );
  return h('ul', { class: 'legend', 'aria-label': 'Phases' }, ...entries);
}

/** @param {Span} span */
function axis(span) {
  const wholeMs = span.endMs - span.startMs;
  const ticks = Array.from({ length: TICKS + 1 }, (_, index) => index / TICKS).map((part) =>
    h('span', { css: { left: `${part * 100}%` } }, part === 0 ? '0' : rough(wholeMs * part)),
  );
  return h('div', { class: 'axis', 'aria-hidden': 'true' }, ...ticks);
}

/** In one unit, so that the ticks have room. @param {number} ms */
function rough(ms) {
  if (ms < 60_000) return duration(ms);
  if (ms < 3_600_000) return `${(ms / 60_000).toFixed(1)} min`;
  return ms < 86_400_000 ? `${(ms / 3_600_000).toFixed(1)} h` : `${(ms / 86_400_000).toFixed(1)} d`;
}

/** @param {TimelineRun} run @param {Span} span */
function rowOf(run, span) {
  const { stage, attempt, verdict, phases } = run;
  const address = typedAddress(run.address);
  const bars = h('div', { class: 'bars' }, ...phases.map((phase) => barOf(phase, span)));
  return h(
    'details',
    { key: address },
    h(
      'summary',
      null,
      h('span', { class: 'run' }, `${stage}/${attempt}`),
      h('span', { class: 'is' }, verdict === null ? stateBadge(run.state) : verdictBadge(verdict)),
      bars,
      h('span', { class: 'total' }, totalOf(phases)),
    ),
    h(
      'div',
      { class: 'times' },
      h('a', { href: pathOf(address) }, 'Open this run'),
      ...linesOf(run),
    ),
  );
}

/** @param {Phase} phase @param {Span} span */
function barOf({ name, startMs, endMs }, span) {
  const wholeMs = Math.max(1, span.endMs - span.startMs);
  const left = ((startMs - span.startMs) / wholeMs) * 100;
  const width = (((endMs ?? nowMs()) - startMs) / wholeMs) * 100;
  return h('i', {
    ...{ class: 'phase', 'data-phase': name, 'data-open': endMs === null },
    title: `${name}: ${duration((endMs ?? nowMs()) - startMs)}`,
    css: { left: `${left}%`, width: `${Math.max(LEAST_WIDTH, width)}%` },
  });
}

/** @param {TimelineRun} run */
function linesOf({ phases, verdict, worker, claimant, cost }) {
  const people = [
    worker === null ? '' : `worker ${worker}`,
    claimant === null ? '' : `claimed by ${claimant}`,
    cost.usage === null ? '' : `used ${cost.words}`,
  ].filter(Boolean);
  return [
    verdict !== null &&
      h('p', null, `${verdict.kind} (${verdict.cause})`, verdict.summary && `: ${verdict.summary}`),
    people.length > 0 && h('p', { class: 'muted' }, people.join(', ')),
    h(
      'table',
      null,
      h(
        'tbody',
        null,
        ...phases.map(({ name, startMs, endMs }) =>
          h(
            'tr',
            null,
            h('th', { scope: 'row' }, name),
            h('td', null, timeOfDay(startMs)),
            h('td', null, endMs === null ? 'still' : duration(endMs - startMs)),
            h('td', { class: 'muted' }, MEANINGS[name]),
          ),
        ),
      ),
    ),
  ];
}

/** @param {readonly Phase[]} phases */
function totalOf(phases) {
  const [first] = phases;
  if (first === undefined) return '';
  const last = phases.at(-1) ?? first;
  return duration((last.endMs ?? nowMs()) - first.startMs);
}

/** @param {readonly TimelineRun[]} runs @returns {Span} */
function spanOf(runs) {
  const phases = runs.flatMap((run) => run.phases);
  const startMs = Math.min(...phases.map((phase) => phase.startMs));
  const endMs = Math.max(...phases.map((phase) => phase.endMs ?? nowMs()));
  return Number.isFinite(startMs) ? { startMs, endMs } : { startMs: 0, endMs: 1 };
}
