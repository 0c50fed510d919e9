// How a version stands by what was measured of it: one probe by one probe, one measurement after the other.
// A measurement that failed says nothing of the version: it must never count as a failure of it.
import type { Measurement } from './events.ts';
import type { Probe, WatchRules } from './probes.ts';

/** What is kept of each probe for its chart. */
const MAX_POINTS = 40;

/** `errored`: it could not be measured too often in a row. */
export type ProbeState = 'running' | 'passed' | 'failed' | 'inconclusive' | 'errored';

export interface WatchedProbe {
  name: string;
  state: ProbeState;
  /** Measurements that said something. */
  measured: number;
  failures: number;
  inconclusives: number;
  consecutiveErrors: number;
  consecutiveSuccesses: number;
  /** When it is to be measured next. */
  nextAtMs: number;
  /** What the last one said, for people. */
  detail: string;
  points: { atMs: number; outcome: Measurement['outcome']; value: number | null }[];
}

export interface Watch {
  /** Measurements were asked for so often. */
  round: number;
  startedAtMs: number;
  deadlineMs: number;
  probes: WatchedProbe[];
}

/** `running` while any probe that counts is still measured; `failed` as soon as one says so. */
export type WatchState = 'running' | 'passed' | 'failed' | 'undecided';

export function beginWatch({ probes, deadlineMs }: WatchRules, atMs: number): Watch {
  return {
    round: 1,
    startedAtMs: atMs,
    deadlineMs: atMs + deadlineMs,
    probes: probes.map(({ name, initialDelayMs }) => ({
      name,
      state: 'running',
      ...{ measured: 0, failures: 0, inconclusives: 0, consecutiveErrors: 0 },
      consecutiveSuccesses: 0,
      nextAtMs: atMs + initialDelayMs,
      detail: '',
      points: [],
    })),
  };
}

/** The watch after one round. What was measured of a probe that is not running any more is dropped. */
export function afterRound(
  watch: Watch,
  { probes: rules }: WatchRules,
  { results, atMs }: { results: readonly Measurement[]; atMs: number },
): Watch {
  const probes = watch.probes.map((watched) => {
    const rule = rules.find(({ name }) => name === watched.name);
    const result = results.find(({ probe }) => probe === watched.name);
    if (rule === undefined || result === undefined || watched.state !== 'running') return watched;
    return afterMeasurement(watched, rule, { result, atMs });
  });
  return { ...watch, round: watch.round + 1, probes };
}

/** Probes that are to be measured now. */
export function dueProbes({ probes }: Watch, atMs: number): string[] {
  return probes
    .filter(({ state, nextAtMs }) => state === 'running' && nextAtMs <= atMs)
    .map(({ name }) => name);
}

/** When the next one is; null once none is measured any more. */
export function nextMeasurementMs({ probes }: Watch): number | null {
  const times = probes.filter(({ state }) => state === 'running').map(({ nextAtMs }) => nextAtMs);
  return times.length === 0 ? null : Math.min(...times);
}

/** A shadow decides nothing, and is not waited for. */
export function watchState(watch: Watch, { probes: rules }: WatchRules): WatchState {
  const isShadow = (name: string) => rules.find((rule) => rule.name === name)?.shadow === true;
  const counted = watch.probes.filter(({ name }) => !isShadow(name));
  if (counted.some(({ state }) => state === 'failed')) return 'failed';
  if (counted.some(({ state }) => state === 'running')) return 'running';
  return counted.every(({ state }) => state === 'passed') ? 'passed' : 'undecided';
}

/** What the probes say, for people: those in that state, with their last words. */
export function watchWords({ probes }: Watch, states: readonly ProbeState[]): string {
  return probes
    .filter(({ state }) => states.includes(state))
    .map((probe) => {
      const { name, failures, inconclusives, measured, detail } = probe;
      const counts = `${failures} bad and ${inconclusives} undecided of ${measured}`;
      return `probe ${name}: ${counts}${detail && `; last: ${detail}`}`;
    })
    .join('\n');
}

function afterMeasurement(
  watched: WatchedProbe,
  rule: Probe,
  { result, atMs }: { result: Measurement; atMs: number },
): WatchedProbe {
  const { outcome, value, detail } = result;
  const isError = outcome === 'error';
  const next = {
    ...watched,
    measured: watched.measured + (isError ? 0 : 1),
    failures: watched.failures + (outcome === 'bad' ? 1 : 0),
    inconclusives: watched.inconclusives + (outcome === 'inconclusive' ? 1 : 0),
    consecutiveErrors: isError ? watched.consecutiveErrors + 1 : 0,
    consecutiveSuccesses: successesAfter(watched, outcome),
    nextAtMs: atMs + rule.intervalMs,
    detail,
    points: [...watched.points, { atMs, outcome, value }].slice(-MAX_POINTS),
  };
  return { ...next, state: stateOf(next, rule) };
}

/** A failed measurement neither adds to a row of good ones nor breaks it. */
function successesAfter(
  { consecutiveSuccesses }: WatchedProbe,
  outcome: Measurement['outcome'],
): number {
  if (outcome === 'good') return consecutiveSuccesses + 1;
  return outcome === 'error' ? consecutiveSuccesses : 0;
}

function stateOf(probe: Omit<WatchedProbe, 'state'>, rule: Probe): ProbeState {
  if (probe.failures > rule.failureLimit) return 'failed';
  if (probe.inconclusives > rule.inconclusiveLimit) return 'inconclusive';
  if (probe.consecutiveErrors > rule.consecutiveErrorLimit) return 'errored';
  const { consecutiveSuccessLimit = Number.POSITIVE_INFINITY } = rule;
  if (probe.consecutiveSuccesses >= consecutiveSuccessLimit) return 'passed';
  return probe.measured >= rule.count ? 'passed' : 'running';
}
