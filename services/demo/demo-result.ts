// What a demonstration has shown, and what was wrong with it: the laws, checked on what was recorded.
// It must never call a stage right for its verdict alone: it must have advanced once, by one claim.
import type { RunContext } from '../../machines/run/context.ts';
import type { Landing } from './landing.ts';
import type { RunEntry } from './run-ledger.ts';

export interface DemoRun extends RunEntry {
  /** The record as it was at the end; null when it could not be read. */
  context: RunContext | null;
}

export interface DemoCrash {
  faultPoint: string;
  deadPid: number;
  freshPid: number;
  atMs: number;
}

export interface DemoResult {
  isCrash: boolean;
  /** Names of the pipeline's stages, in order. */
  stages: string[];
  runs: DemoRun[];
  itemState: string | null;
  /** Null when it did not come to that. */
  landing: Landing | null;
  crash: DemoCrash | null;
  durationMs: number;
  /** What went wrong on the way. */
  troubles: string[];
}

/** What there is to tell when nothing came about. */
export function emptyResult(isCrash: boolean): DemoResult {
  const nothing = { stages: [], runs: [], itemState: null, landing: null, crash: null };
  return { isCrash, ...nothing, durationMs: 0, troubles: [] };
}

/** Everything that keeps this from being a success; empty when nothing does. */
export function problemsOf(result: DemoResult): string[] {
  const { troubles, itemState, stages, runs } = result;
  return [
    ...troubles,
    ...(itemState === 'done' ? [] : [`the item is ${itemState ?? 'not there'}, not done`]),
    ...stages.flatMap((stage) => stageProblems(stage, runs)),
    ...runs.flatMap(runProblems),
    ...landingProblems(result.landing),
    ...(result.isCrash ? crashProblems(result) : []),
  ];
}

/** The run that was interrupted: the only one whose grace elapsed. */
export function interruptedRun(runs: readonly DemoRun[]): DemoRun | null {
  return runs.find((run) => run.steps.some((step) => step.to === 'graceExpired')) ?? null;
}

function stageProblems(stage: string, runs: readonly DemoRun[]): string[] {
  const own = runs.filter((run) => run.stage === stage);
  const passed = own.filter((run) => run.context?.claim?.verdict.kind === 'pass');
  if (passed.length === 1) return [];
  return [`stage ${stage} was passed ${passed.length} times in ${own.length} runs, not once`];
}

function runProblems({ address, won, advances, steps }: DemoRun): string[] {
  const ends = steps.filter((step) => step.to === 'advanced').length;
  const counts = { 'won claims': won.length, advances, 'ends as advanced': ends };
  return Object.entries(counts)
    .filter(([, count]) => count !== 1)
    .map(([what, count]) => `${address} has ${count} ${what}, not 1`);
}

function landingProblems(landing: Landing | null): string[] {
  if (landing === null) return ['nothing could be read of what has landed'];
  const { branch, isMoved, test } = landing;
  return [
    ...(isMoved ? [] : [`${branch} of the remote has not moved`]),
    ...(test.exitCode === 0 ? [] : [`the tests on ${branch} of the remote fail`]),
  ];
}

function crashProblems({ crash, runs }: DemoResult): string[] {
  if (crash === null) return ['the worker did not die at its fault point'];
  const run = interruptedRun(runs);
  if (run === null) return ['no run had to wait for its grace to elapse'];
  const { worker, claim } = run.context ?? {};
  if (worker !== claim?.claimant) return [];
  return [`${run.address} was claimed by ${worker}, which is dead`];
}
