// Tells what happens to the runs of one item while it happens: a line for each step, made from the audit
// entry and the run's record. It must never use anything but lines: they are read in logs, too.
import type { RunContext } from '../../machines/run/context.ts';
import type { TextStyle } from '../inspect/command-context.ts';
import { printable } from '../inspect/printable.ts';
import { styleOfState } from '../inspect/state-style.ts';
import type { AuditLine } from '../queries/audit-entries.ts';

export interface TimelineOptions {
  line: (text: string) => void;
  style: (style: TextStyle, text: string) => string;
  /** Server time at which the show begins, epoch milliseconds. */
  startMs: number;
}

export interface Timeline {
  /** `run` is the record as it is now, or null for entries of the item itself. */
  entry(entry: AuditLine, run: RunContext | null): void;
  /** Something that happened beside the records. */
  note(atMs: number, text: string, colour: TextStyle): void;
}

const STAGE_WIDTH = 11;
const STATE_WIDTH = 12;

export function createTimeline({ line, style, startMs }: TimelineOptions): Timeline {
  const timeOf = (atMs: number) => `${seconds(Math.max(0, atMs - startMs)).padStart(6)} s`;
  const print = (atMs: number, parts: { stage: string; revision: number | null; rest: string }) => {
    const stage = parts.stage.padEnd(STAGE_WIDTH);
    const revision = String(parts.revision ?? '').padStart(4);
    line(`${style('dim', timeOf(atMs))}  ${stage}${style('dim', revision)}  ${parts.rest}`);
  };
  line(style('dim', `    time  ${'stage'.padEnd(STAGE_WIDTH)} rev  state`));

  return {
    entry(entry, run) {
      const told = run === null ? itemText(entry) : runText(entry, run);
      if (told === null) return;
      const { state, detail } = told;
      const colour = styleOfState(state) ?? (entry.outcome === 'applied' ? 'cyan' : 'yellow');
      const rest = `${style(colour, state.padEnd(STATE_WIDTH))}  ${printable(detail)}`.trimEnd();
      const { atMs, revision } = entry;
      print(atMs, { stage: run?.stage.name ?? 'item', revision, rest });
    },
    note: (atMs, text, colour) =>
      print(atMs, { stage: '', revision: null, rest: style(colour, text) }),
  };
}

/** Seconds with two digits behind the point. */
export function seconds(durationMs: number): string {
  return (durationMs / 1_000).toFixed(2);
}

interface Told {
  state: string;
  detail: string;
}

function itemText({ outcome, type, to, message }: AuditLine): Told | null {
  if (outcome === 'alarm') return { state: 'alarm', detail: message };
  if (outcome !== 'applied' || to === null) return null;
  if (to === 'done') return { state: 'done', detail: 'the commit was seen on the base branch' };
  return type === 'advance' && !to.startsWith('active') && to !== 'awaitingApproval'
    ? { state: to, detail: 'see the last verdict' }
    : null;
}

function runText(entry: AuditLine, run: RunContext): Told | null {
  const { outcome, type, from, to, message } = entry;
  if (outcome === 'alarm') return { state: 'alarm', detail: message };
  if (outcome === 'refused') return refusedText(entry);
  if (outcome !== 'applied' || to === null) return null;
  if (from === to) {
    const isPush = type === 'finalize-step' && entry.id.endsWith(':push');
    return isPush ? { state: stateOf(to), detail: 'pushed' } : null;
  }
  return { state: stateOf(to), detail: detailOf(entry, run) };
}

function refusedText({ type, claimant, reason, message }: AuditLine): Told {
  if (type !== 'claim') return { state: 'refused', detail: `${type}: ${reason}, ${message}` };
  return { state: 'claim lost', detail: `by ${claimant}: ${reason}, ${message}` };
}

function detailOf({ to, type, claimant, atMs }: AuditLine, run: RunContext): string {
  switch (to) {
    case 'running.queued':
      return queuedText(type, run);
    case 'running.starting':
      return run.worker === null ? '' : `taken by ${run.worker}`;
    case 'finalizing':
      return `${exitText(run)}, recorded before anything is done with it`;
    case 'graceExpired':
      return `nobody claimed within ${seconds(atMs - (run.exit?.atMs ?? atMs))} s of the exit: anyone may judge it now`;
    case 'claimed':
      return `won by ${claimant}${insteadText(run)}: ${verdictText(run)}`;
    case 'advanced':
      return `the item has moved on; ${seconds(atMs - run.openedAtMs)} s since it was opened`;
    default:
      return '';
  }
}

function queuedText(type: string, run: RunContext): string {
  if (type !== 'open') return `its worker was lost; epoch ${run.epoch}`;
  if (run.stage.kind === 'approval') return 'waits for a decision';
  if (run.stage.kind === 'checks') return 'waits for the checks of its commit';
  return run.attempt === 1 ? 'waits for a worker' : `attempt ${run.attempt} waits for a worker`;
}

function exitText({ exit }: RunContext): string {
  if (exit === null) return 'the end';
  return exit.cause === 'exit-code' ? `exit code ${exit.code}` : `the end (${exit.cause})`;
}

function insteadText({ worker, claim }: RunContext): string {
  return worker === null || worker === claim?.claimant ? '' : `, in place of ${worker}`;
}

function verdictText({ claim }: RunContext): string {
  if (claim === null) return 'no verdict';
  const { verdict, evaluatedRevision } = claim;
  const on = evaluatedRevision === null ? '' : `, judged at revision ${evaluatedRevision}`;
  return `${verdict.kind} (${verdict.cause})${on}`;
}

function stateOf(state: string): string {
  return state.split('.').at(-1) ?? state;
}
