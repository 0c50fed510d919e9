// Carries out what was planned, one command after the other, and stops at the first that fails.
// It must never go on with what a command said once the lease is lost.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { currentArtifact } from '../../../machines/deployment/conditions.ts';
import type { Step } from '../../../machines/deployment/events.ts';
import { readRegularFile } from '../regular-file.ts';
import { runPaths } from '../run-paths.ts';
import { type CommandRun, runCommand } from './command-run.ts';
import { deployJob } from './deploy-facts.ts';
import type { PlannedCommand, PlanSubject, Version } from './deploy-plan.ts';
import type { DeployStep } from './deploy-step.ts';
import { type StepFault, stepFault } from './step-verdict.ts';

const MAX_VERDICT_BYTES = 65_536;
const VERDICT_VARIABLE = 'ONCEWARD_VERDICT_FILE';
const MAX_RESULT_CHARACTERS = 400;

export interface PlanRun {
  steps: Step[];
  /** Of the command that failed; null when all have passed. */
  fault: (StepFault & { phase: string }) | null;
}

/** What the operation under way brings, and instead of what. */
export function planSubject({ address, reading }: DeployStep): PlanSubject {
  const { operation, live } = reading.context;
  return {
    ...{ address, operation: operation?.number ?? 1, kind: operation?.kind ?? 'release' },
    ...{ version: broughtVersion(reading), previous: live },
  };
}

/** The image of the release under way, or the version that comes back. */
export function broughtVersion({ context }: DeployStep['reading']): Version {
  const version = context.operation?.target ?? currentArtifact(context);
  if (version === null) throw new TypeError('expected an operation that has an image');
  return version;
}

/** Null once the lease is lost. @throws as `runCommand` does */
export async function runPlan(
  step: DeployStep,
  plan: readonly PlannedCommand[],
): Promise<PlanRun | null> {
  const steps: Step[] = [];
  for (const planned of plan) {
    const { run, verdict } = await runPlanned(step, planned);
    if (step.lease.signal.aborted) return null;
    const fault = stepFault({ phase: planned.step, end: run, verdict }, step.rules);
    steps.push(recordedStep(planned, run, fault));
    if (fault !== null) return { steps, fault: { ...fault, phase: planned.step } };
  }
  return { steps, fault: null };
}

/** As it stands in the record. */
export function recordedStep(
  { step, key }: Pick<PlannedCommand, 'step' | 'key'>,
  { durationMs }: Pick<CommandRun, 'durationMs'>,
  fault: StepFault | null,
): Step {
  const words = fault === null ? 'passed' : `${fault.kind}: ${fault.cause}: ${fault.summary}`;
  return { step, key, result: words.slice(0, MAX_RESULT_CHARACTERS), durationMs };
}

/** Tells the deployment which command has failed, and how those before it went. */
export function reportFault({ lease }: DeployStep, { fault, steps }: PlanRun): Promise<boolean> {
  return lease.report('failed', { ...fault, steps });
}

async function runPlanned(
  step: DeployStep,
  { step: name, variables, ...planned }: PlannedCommand,
): Promise<{ run: CommandRun; verdict: string | null | undefined }> {
  const isJudge = name === 'verify' && step.rules.verify?.verdictFile === true;
  if (!isJudge) {
    return { run: await runCommand(step, { name, ...planned, variables }), verdict: undefined };
  }
  // Not in the checkout: what was committed there is no verdict on what was deployed.
  const folder = join(runPaths(step.deps.stateDir, deployJob(step)).runFolder, 'verdict');
  const path = join(folder, 'verdict.json');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const told = { ...variables, [VERDICT_VARIABLE]: path };
    const run = await runCommand(step, {
      ...{ name, ...planned, variables: told, writable: [folder] },
    });
    const file = await readRegularFile(path, MAX_VERDICT_BYTES);
    return { run, verdict: file?.content ?? null };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
