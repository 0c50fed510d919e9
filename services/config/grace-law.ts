// The first law: a finished run may be taken over only after its finalization must be over.
// It must never be weakened to a warning: a grace that is too short reaps live runs.
import type { Gate, Stage } from '../../machines/pipeline.ts';
import type { Settings } from './settings.ts';

/** What any gate but `command` counts: it only reads. In milliseconds. */
const GATE_READ_MS = 5_000;

/** A stage as its runs carry it: nothing is left to be looked up. */
export type ResolvedStage = Stage & { graceMs: number };

/** The stage with `graceMs` filled in: its own, otherwise that of the settings. */
export function resolveStage(stage: Stage, settings: Pick<Settings, 'graceMs'>): ResolvedStage {
  return { ...stage, graceMs: stage.graceMs ?? settings.graceMs };
}

/** True when the stage runs a process, whose exit starts a finalization. */
export function hasFinalization(stage: Stage): boolean {
  return stage.kind === 'agent' || stage.kind === 'command';
}

/** What all gates of a stage may take together, in milliseconds. */
export function gatesMs(stage: Pick<Stage, 'gates'>): number {
  return stage.gates.reduce((sum, gate) => sum + gateMs(gate), 0);
}

/** The longest that pushing, commenting and evaluating may take after an exit, in milliseconds. */
export function longestFinalizationMs(
  stage: Pick<Stage, 'gates'>,
  settings: Pick<Settings, 'finalizeTimeoutMs'>,
): number {
  return settings.finalizeTimeoutMs + gatesMs(stage);
}

function gateMs(gate: Gate): number {
  return gate.kind === 'command' ? gate.timeoutMs : GATE_READ_MS;
}
