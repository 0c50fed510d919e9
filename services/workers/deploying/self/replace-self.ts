// How a worker has onceward itself replaced: it hands over to a step that outlives it, and whoever is alive then says how
// it went. It must never run the command itself, nor say that the new version runs unless it is the new version.

import { join } from 'node:path';
import { OncewardError } from '../../../../transport/errors.ts';
import { startDetached } from '../../../../transport/process/detached-program.ts';
import { faultPoint } from '../../../../transport/process/fault-point.ts';
import { hasProcessTable } from '../../../../transport/process/process-table.ts';
import { scrubberOf } from '../../agent-credentials.ts';
import { abandonedIn, gateEnvironment } from '../../agent-environment.ts';
import { commandVariables, deployJob } from '../deploy-facts.ts';
import { deployPlan, type PlannedCommand, type PlanSubject } from '../deploy-plan.ts';
import type { DeployStep } from '../deploy-step.ts';
import { type PlanRun, recordedStep, runPlan } from '../plan-run.ts';
import type { StepFault } from '../step-verdict.ts';
import { hasLivingStep, readFacts, type SelfFacts, writeFact } from './self-facts.ts';
import { orderReplacement, replacingCommand, selfFolder } from './self-order.ts';
import { isRelease, type SelfState, selfAction, selfRuns, selfState } from './self-state.ts';

const LOOK_MS = 200;
/** A step that ends at once, again and again, is given up: something keeps it from working at all. */
const MAX_STARTS = 5;

/** As `runPlan`: null once the lease is lost. */
export async function replaceSelf(step: DeployStep, subject: PlanSubject): Promise<PlanRun | null> {
  const plan = deployPlan(subject, step.rules);
  const replace = replacingCommand(plan);
  const folder = selfFolder(step, replace);
  const isBegun = selfState(await readFacts(folder)).is !== 'unknown';
  const prepare = isBegun ? [] : plan.filter((planned) => planned.step === 'prepare');
  const prepared = await runPlan(step, prepare);
  if (prepared === null || prepared.fault !== null) return prepared;
  const replaced = await followReplacement(step, folder, { subject, replace });
  if (replaced === null) return null;
  const steps = [...prepared.steps, ...replaced.steps];
  if (replaced.fault !== null) return { steps, fault: replaced.fault };
  const verified = await runPlan(
    step,
    plan.filter((planned) => planned.step === 'verify'),
  );
  return verified && { steps: [...steps, ...verified.steps], fault: verified.fault };
}

interface Replacement {
  subject: PlanSubject;
  replace: PlannedCommand;
}

async function followReplacement(
  step: DeployStep,
  folder: string,
  { subject, replace }: Replacement,
): Promise<PlanRun | null> {
  const { lease, deps } = step;
  const isExpected = isRelease(deps.environment['ONCEWARD_RELEASE'], subject.version);
  let isStarting = false;
  let starts = 0;
  while (!lease.signal.aborted) {
    const facts = await readFacts(folder);
    const state = selfState(facts);
    const isStepAlive = isStarting || (await hasLivingStep(folder));
    const action = selfAction(state, { isExpected, isStepAlive });
    if (action === 'tell') return outcomeOf(step, { state, facts, replace });
    if (action === 'order') await orderReplacement(step, folder, { subject, replace });
    if (action === 'prove') {
      await writeFact(folder, 'decision', { outcome: 'proven', by: deps.worker });
      faultPoint('deploy-proven');
    }
    if (action === 'start') {
      if (starts >= MAX_STARTS) throw unstartable(folder);
      starts += 1;
      isStarting = true;
      const { ended } = await startStep(step, folder, replace);
      void ended.then(() => {
        isStarting = false;
      });
      faultPoint('deploy-handed-over');
    }
    if (action !== 'wait') continue;
    // The step is bounded in time, and so is this.
    lease.advance(1, 'waiting for the new version of this service');
    await new Promise<void>((resolve) => void deps.clock.after(LOOK_MS, resolve));
  }
  return null;
}

function startStep(
  step: DeployStep,
  folder: string,
  { sha, key }: PlannedCommand,
): Promise<{ ended: Promise<void> }> {
  const { deps } = step;
  if (!hasProcessTable()) {
    throw new OncewardError('PROCESS_FAILED', 'without /proc nobody can tell whether a step lives');
  }
  const place = { homeFolder: join(folder, 'home'), checkout: folder, sha, host: deps.environment };
  const own = gateEnvironment(deployJob(step), place);
  const environment = { ...own, ...commandVariables(step, { sha, key }) };
  // By these it would be found and ended once this process is gone.
  const { folderVariable, starterVariable } = abandonedIn(deps.stateDir);
  delete environment[folderVariable];
  delete environment[starterVariable];
  return startDetached({
    program: new URL('./detached.ts', import.meta.url),
    args: [folder],
    ...{ cwd: folder, environment, logPath: join(folder, 'step.log') },
  });
}

function outcomeOf(
  step: DeployStep,
  { state, facts, replace }: { state: SelfState; facts: SelfFacts; replace: PlannedCommand },
): PlanRun {
  const { scrub } = scrubberOf(deployJob(step), step.deps);
  const runs = selfRuns(facts);
  const fault = state.is === 'undone' ? scrubbed(faultOf(state), scrub) : null;
  const { durationMs = 0 } = runs.replace ?? {};
  const steps = [recordedStep(replace, { durationMs }, fault)];
  if (facts.order?.undo && runs.undo !== null && state.is === 'undone') {
    const undone = { step: 'rollback' as const, key: facts.order.undo.key };
    steps.push(recordedStep(undone, runs.undo, state.isBack ? null : fault));
  }
  return { steps, fault: fault && { ...fault, phase: replace.step } };
}

function faultOf({ fault, isBack }: Extract<SelfState, { is: 'undone' }>): StepFault {
  const words = isBack ? 'what ran before was brought back' : 'what ran before is not back';
  return { ...fault, summary: `${fault.summary}; ${words}` };
}

function scrubbed(fault: StepFault, scrub: (text: string) => string): StepFault {
  return { ...fault, summary: scrub(fault.summary).slice(-4_000) };
}

function unstartable(folder: string): OncewardError {
  const message = `the step that replaces this service ended ${MAX_STARTS} times; see ${folder}/step.log`;
  return new OncewardError('PROCESS_FAILED', message);
}
