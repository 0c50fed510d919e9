// What a trace shows of an item and its runs, made from two records after the fact: one span for the item, one for
// each run, one for each state a run was in. It must never look at anything but the records: no clock, no chance.
import { type ActorRecord, stateName } from '../../machines/record.ts';
import type { RunContext } from '../../machines/run/context.ts';
import { itemContextOf, runContextOf } from '../../machines/typed-context.ts';
import { isPassing } from '../../machines/verdict.ts';
import { type ItemTrace, itemTraceOf, spanIdOf } from './trace-ids.ts';

export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanFact {
  name: string;
  traceId: string;
  spanId: string;
  /** Null where the trace begins with it. */
  parentSpanId: string | null;
  /** True where the parent was written by somebody else. */
  isParentRemote: boolean;
  startMs: number;
  endMs: number;
  attributes: Attributes;
  status: { kind: 'unset' | 'ok' } | { kind: 'error'; message: string };
  events: readonly { name: string; atMs: number; attributes: Attributes }[];
}

/** What people call the states of a run; those of an item that have no run to be seen by. */
const RUN_STATES: Readonly<Record<string, string>> = {
  'running.queued': 'queued',
  'running.starting': 'starting',
  'running.working': 'working',
  'running.held': 'held',
  'running.overCap': 'over its cap',
  'running.stopping': 'stopping',
  finalizing: 'finalizing',
  graceExpired: 'grace',
  claimed: 'claimed',
  cancelling: 'cancelling',
};
const ITEM_STATES: Readonly<Record<string, string>> = {
  'active.backingOff': 'backing off',
  parked: 'parked',
};
const RUN_ENDS = ['advanced', 'cancelled'];
const ITEM_ENDS = ['done', 'failed', 'cancelled'];

/** The spans that came to their end with this step; none where the publisher asks for no trace. */
export function spansOf(
  address: string,
  revision: number | null,
  { before, after }: { before: ActorRecord | null; after: ActorRecord },
): SpanFact[] {
  const from = before === null ? null : stateName(before.state);
  const to = stateName(after.state);
  if (before === null || from === null || from === to) return [];
  const moved = { address, revision, before, after, from, to };
  if (after.machine === 'run') return spansOfRun(moved);
  return after.machine === 'item' ? spansOfItem(moved) : [];
}

interface Moved {
  address: string;
  revision: number | null;
  before: ActorRecord;
  after: ActorRecord;
  from: string;
  to: string;
}

function spansOfRun(moved: Moved): SpanFact[] {
  const { address, after, from, to } = moved;
  const context = runContextOf(after);
  const trace = itemTraceOf(address, context.traceparent);
  const name = RUN_STATES[from];
  if (!trace.isSampled || name === undefined) return [];
  const state = stateSpan(moved, { trace, name, parentSpanId: spanIdOf(trace.traceId, address) });
  const attributes = { ...state.attributes, ...attributesOfRun(runContextOf(moved.before)) };
  const spans = [{ ...state, attributes, events: from === 'finalizing' ? stepsOf(context) : [] }];
  return RUN_ENDS.includes(to) ? [...spans, runSpan(moved, trace, context)] : spans;
}

function runSpan(
  { address, revision, after }: Moved,
  trace: ItemTrace,
  context: RunContext,
): SpanFact {
  const { stage, claim, exit } = context;
  const ended = {
    ...(exit === null ? {} : { 'onceward.exit.cause': exit.cause }),
    ...(exit === null || exit.code === null ? {} : { 'onceward.exit.code': exit.code }),
    ...(claim === null ? {} : { 'onceward.claimant': claim.claimant }),
    ...(claim === null ? {} : { 'onceward.verdict': claim.verdict.kind }),
    ...(claim === null ? {} : { 'onceward.cause': claim.verdict.cause }),
  };
  return {
    name: `run ${stage.name}`,
    traceId: trace.traceId,
    spanId: spanIdOf(trace.traceId, address),
    parentSpanId: trace.itemSpanId,
    isParentRemote: false,
    startMs: beginningOf(context),
    endMs: after.sinceMs,
    attributes: { ...attributesOf(address, revision), ...attributesOfRun(context), ...ended },
    status: statusOfRun(context),
    events: [],
  };
}

/** Messages that were read in one go have the time of that, also when what opens their run takes a moment longer. */
function beginningOf({ openedAtMs, startedAtMs, exit, claim }: RunContext): number {
  const known = [openedAtMs, startedAtMs, exit?.atMs, claim?.atMs];
  return Math.min(...known.filter((atMs) => typeof atMs === 'number'));
}

function statusOfRun({ claim }: RunContext): SpanFact['status'] {
  if (claim === null) return { kind: 'unset' };
  if (isPassing(claim.verdict.kind)) return { kind: 'ok' };
  return { kind: 'error', message: `${claim.verdict.kind}: ${claim.verdict.cause}` };
}

function spansOfItem(moved: Moved): SpanFact[] {
  const { address, revision, after, from, to } = moved;
  const context = itemContextOf(after);
  const trace = itemTraceOf(address, context.traceparent);
  if (!trace.isSampled) return [];
  const { itemSpanId: parentSpanId } = trace;
  const name = ITEM_STATES[from];
  const waited = name === undefined ? [] : [stateSpan(moved, { trace, name, parentSpanId })];
  if (!ITEM_ENDS.includes(to)) return waited;
  const item: SpanFact = {
    name: `item ${context.project}`,
    traceId: trace.traceId,
    spanId: trace.itemSpanId,
    parentSpanId: trace.publisherSpanId,
    isParentRemote: true,
    startMs: context.openedAtMs,
    endMs: context.endedAtMs ?? after.sinceMs,
    attributes: {
      ...attributesOf(address, revision),
      'onceward.project': context.project,
      'onceward.item': context.item,
      'onceward.pipeline': context.pipeline.name,
      'onceward.runs': context.runs.length,
      'onceward.state': to,
    },
    status: statusOfItem(to, context.ending),
    events: [],
  };
  return [...waited, item];
}

function statusOfItem(state: string, ending: string | null): SpanFact['status'] {
  if (state === 'done') return { kind: 'ok' };
  return state === 'failed' ? { kind: 'error', message: ending ?? state } : { kind: 'unset' };
}

/** One stay in one state: known by its generation and its beginning. */
function stateSpan(
  { address, revision, before, after, from }: Moved,
  about: { trace: ItemTrace; name: string; parentSpanId: string },
): SpanFact {
  const { trace, name, parentSpanId } = about;
  const { epoch = 0 } = before.context as { epoch?: number };
  return {
    name,
    traceId: trace.traceId,
    spanId: spanIdOf(trace.traceId, address, from, String(epoch), String(before.sinceMs)),
    parentSpanId,
    isParentRemote: false,
    startMs: Math.min(before.sinceMs, after.sinceMs),
    endMs: after.sinceMs,
    attributes: { ...attributesOf(address, revision), 'onceward.event': after.event.type },
    status: { kind: 'unset' },
    events: [],
  };
}

function stepsOf({ steps }: RunContext): SpanFact['events'] {
  return steps.map(({ step, result, atMs }) => ({
    name: step,
    atMs,
    attributes: { 'onceward.step': step, 'onceward.result': result },
  }));
}

function attributesOf(address: string, revision: number | null): Attributes {
  return {
    'onceward.address': address,
    ...(revision === null ? {} : { 'onceward.revision': revision }),
  };
}

function attributesOfRun(context: RunContext): Attributes {
  const { project, item, stage, attempt, epoch, worker, machine } = context;
  return {
    'onceward.project': project,
    'onceward.item': item,
    'onceward.stage': stage.name,
    'onceward.stage.kind': stage.kind,
    'onceward.attempt': attempt,
    'onceward.epoch': epoch,
    ...(worker === null ? {} : { 'onceward.worker': worker }),
    ...(machine === null ? {} : { 'onceward.machine': machine }),
  };
}
