// The step that replaces onceward by another version of itself: it runs the command, waits for the new version to prove
// itself, and brings the old one back when it does not. It must never do so twice at a time, nor after the decision.
import type { Clock } from '../../../../transport/ports.ts';
import { startProcessGroup } from '../../../../transport/process/process-group.ts';
import { type StepFault, stepFault } from '../step-verdict.ts';
import {
  becomeStep,
  readFacts,
  type SelfCommand,
  type SelfOrder,
  type SelfRun,
  writeFact,
} from './self-facts.ts';

export interface SelfStepDeps {
  clock: Clock;
  /** The whole environment of the commands, besides what the order says of each. */
  environment: Readonly<Record<string, string>>;
}

const LOOK_MS = 100;
const KILL_GRACE_MS = 5_000;
const MAX_TAIL_CHARACTERS = 2_000;
/** Without the old version nobody is left to say that it is missing. */
const MAX_UNDO_TRIES = 3;

/** Goes on from where a step before it was ended. Does nothing while another one lives. */
export async function carrySelfStep(folder: string, deps: SelfStepDeps): Promise<void> {
  if (!(await becomeStep(folder))) return;
  const { order, replaced, decision } = await readFacts(folder);
  if (order === null) return;
  if (replaced === null && decision === null) await replace(folder, order, deps);
  await proofAwaited(folder, order, deps);
  await undo(folder, order, deps);
}

async function replace(folder: string, order: SelfOrder, deps: SelfStepDeps): Promise<void> {
  const run = await runOf(order.replace, deps);
  const fault = faultOf(order, order.replace, run);
  if (fault === null) await writeFact(folder, 'replaced', { atMs: deps.clock.nowMs(), run });
  else await writeFact(folder, 'decision', { outcome: 'failed', fault, run });
}

/** From the end of the command on, however many steps have waited since. */
async function proofAwaited(
  folder: string,
  { proveMs }: SelfOrder,
  { clock }: SelfStepDeps,
): Promise<void> {
  for (;;) {
    const { decision, replaced } = await readFacts(folder);
    if (decision !== null || replaced === null) return;
    if (clock.nowMs() >= replaced.atMs + proveMs) break;
    await new Promise<void>((resolve) => void clock.after(LOOK_MS, resolve));
  }
  const summary = `no process has proved to be the new version within ${proveMs} ms`;
  const fault: StepFault = { kind: 'product_fail', cause: 'self-deploy', summary };
  await writeFact(folder, 'decision', { outcome: 'failed', fault, run: null });
}

async function undo(folder: string, order: SelfOrder, deps: SelfStepDeps): Promise<void> {
  const { decision, undone } = await readFacts(folder);
  if (decision?.outcome !== 'failed' || undone !== null) return;
  let run: SelfRun | null = null;
  let isBack = false;
  for (let tries = 0; order.undo !== null && !isBack && tries < MAX_UNDO_TRIES; tries += 1) {
    run = await runOf(order.undo, deps);
    isBack = faultOf(order, order.undo, run) === null;
  }
  await writeFact(folder, 'undone', { isBack, run });
}

function faultOf(
  { infrastructure }: SelfOrder,
  { step }: SelfCommand,
  end: SelfRun,
): StepFault | null {
  return stepFault({ phase: step, end }, { infrastructure });
}

/** What cannot be started at all has not ended well. */
async function runOf(command: SelfCommand, { clock, environment }: SelfStepDeps): Promise<SelfRun> {
  const startedAtMs = clock.monotonicMs();
  let tail = '';
  let isOverdue = false;
  const decoder = new TextDecoder();
  const ended = async (): Promise<{ code: number | null; signal: string | null }> => {
    const group = await startProcessGroup({
      command: command.command,
      cwd: command.folder,
      environment: { ...environment, ...command.variables },
      ...{ clock, killGraceMs: KILL_GRACE_MS },
      onOutput: (chunk) => {
        tail = (tail + decoder.decode(chunk, { stream: true })).slice(-MAX_TAIL_CHARACTERS);
      },
    });
    const disarm = clock.after(command.timeoutMs, () => {
      isOverdue = true;
      group.terminate().catch(() => {});
    });
    return group.exit.finally(disarm);
  };
  const { code, signal } = await ended().catch((error: unknown) => {
    tail = error instanceof Error ? error.message : String(error);
    return { code: null, signal: 'not being startable' };
  });
  const durationMs = Math.round(clock.monotonicMs() - startedAtMs);
  return { exit: code, signal, isOverdue, tail, durationMs };
}
