// Writes down how onceward is to be replaced by another version of itself, and what brings it back, with checkouts that
// outlive this process. It must never order anything for which another order stands.
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { containedPath } from '../../../../transport/git/contained-path.ts';
import { deployPlan, type PlannedCommand, type PlanSubject } from '../deploy-plan.ts';
import type { DeployStep } from '../deploy-step.ts';
import { hasLivingStep, type SelfCommand, writeFact } from './self-facts.ts';

/**
 * Where the facts of the try under way lie. A try that was told is in the record: what comes after is another one.
 */
export function selfFolder(
  { address, reading, deps }: DeployStep,
  { key }: PlannedCommand,
): string {
  const { operation } = reading.context;
  const told = operation?.steps.findLast((step) => step.key === key);
  const sinceMs = told?.atMs ?? operation?.startedAtMs ?? 0;
  const name = `${address}.${operation?.number ?? 1}.${sinceMs}`;
  return containedPath(join(deps.stateDir, 'self-deploys'), name);
}

/** The command by which this very version is replaced. */
export function replacingCommand(plan: readonly PlannedCommand[]): PlannedCommand {
  const found = plan.find(({ step }) => step === 'deploy' || step === 'rollback');
  if (found === undefined) throw new TypeError('expected a plan that brings something');
  return found;
}

export async function orderReplacement(
  step: DeployStep,
  folder: string,
  { subject, replace }: { subject: PlanSubject; replace: PlannedCommand },
): Promise<void> {
  const { proveMs } = step.rules.self ?? { proveMs: 0 };
  const { infrastructure } = step.rules;
  await forgetOthers(step, folder);
  await mkdir(join(folder, 'home'), { recursive: true, mode: 0o700 });
  const undo = undoingCommand(step, subject);
  const commands = {
    replace: await prepared(step, folder, replace),
    undo: undo === null ? null : await prepared(step, folder, undo),
  };
  const order = { v: 1 as const, ...commands, proveMs, infrastructure };
  if (await writeFact(folder, 'order', order)) return;
  // Another holder was faster: its own checkouts are in its order.
  await Promise.all([commands.replace, commands.undo].map((one) => one && removed(one.folder)));
}

/** What was here comes back; where nobody knows what that was, the command for it may. */
function undoingCommand({ rules }: DeployStep, subject: PlanSubject): PlannedCommand | null {
  const { kind, version, operation, address, previous: live } = subject;
  if (kind === 'rollback') return null;
  if (live === null && rules.rollback === undefined) return null;
  const back = live === null ? { sha: '', digest: '' } : live;
  const plan = deployPlan(
    { ...subject, kind: 'rollback', version: { image: version.image, ...back }, previous: version },
    rules,
  );
  const key = `${address}:${operation}:undo`;
  const found = replacingCommand(plan);
  return {
    ...found,
    key,
    // Of what ran before nothing is known: the command is taken from the new version.
    sha: found.sha || version.sha,
    variables: { ...found.variables, ONCEWARD_KEY: key },
  };
}

/** The checkout of a worker is gone when the worker is. */
async function prepared(
  { repository }: DeployStep,
  folder: string,
  { step, key, command, timeoutMs, sha, variables }: PlannedCommand,
): Promise<SelfCommand> {
  const place = join(folder, `checkout-${randomUUID()}`);
  const checkout = await repository.cleanCheckout(sha);
  try {
    await rename(checkout.path, place);
  } finally {
    await checkout.dispose();
  }
  const name = step === 'rollback' ? 'rollback' : 'deploy';
  return { step: name, key, command, timeoutMs, variables, folder: place };
}

/** What is left of earlier tries here; one that is still under way is left alone. */
async function forgetOthers({ address }: DeployStep, folder: string): Promise<void> {
  const all = dirname(folder);
  const names = await readdir(all).catch(() => []);
  const old = names.filter((name) => name.startsWith(`${address}.`) && name !== basename(folder));
  for (const name of old) {
    if (!(await hasLivingStep(join(all, name)))) await removed(join(all, name));
  }
}

function removed(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 3 });
}
