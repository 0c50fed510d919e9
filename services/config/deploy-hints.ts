// What people should know of the deploys of a pipeline that may be meant as it is written: hints, not mistakes.
// It must never keep a configuration from being used.
import type { DeployRules } from '../../machines/deployment/rules.ts';
import type { Pipeline, Stage } from '../../machines/pipeline.ts';
import type { Configuration } from './schema.ts';

/** Each as `pipelines.standard.stages.production: …`. */
export function deployHints({ pipelines }: Pick<Configuration, 'pipelines'>): string[] {
  return Object.entries(pipelines).flatMap(([name, { stages }]) =>
    stages.flatMap((stage, index) =>
      hintsOf(stages, stage, index).map(
        (words) => `pipelines.${name}.stages.${stage.name}: ${words}`,
      ),
    ),
  );
}

function hintsOf(stages: Pipeline['stages'], stage: Stage, index: number): string[] {
  const { deploy } = stage;
  if (stage.kind !== 'deploy' || deploy === undefined) return [];
  const before = stages.slice(0, index);
  return [
    ...requirementHints(before, deploy),
    ...orderHints(stages, index),
    ...watchHints(deploy),
    ...failureHints(stages, stage),
  ];
}

function requirementHints(
  before: readonly Stage[],
  { requires, environment }: DeployRules,
): string[] {
  const others = before.flatMap(({ deploy }) => deploy?.environment ?? []);
  const last = others.at(-1);
  if (requires !== undefined || last === undefined) return [];
  return [
    `${environment} takes images that no environment has tested; add "requires: ${last}" to ask for one`,
  ];
}

function orderHints(stages: readonly Stage[], index: number): string[] {
  const later = stages.slice(index).find(({ kind }) => kind === 'merge');
  if (later === undefined) return [];
  return [
    `only what has landed is deployed, and stage "${later.name}" lands it later; deploy behind it`,
  ];
}

function watchHints({ watch }: DeployRules): string[] {
  return watch.probes.flatMap(({ name, initialDelayMs, intervalMs, count, ...probe }) => {
    const needed = Math.min(count, probe.consecutiveSuccessLimit ?? count);
    const leastMs = initialDelayMs + (needed - 1) * intervalMs;
    if (leastMs <= watch.deadlineMs) return [];
    return [
      `probe "${name}" needs ${leastMs} ms at least, longer than watch.deadlineMs ${watch.deadlineMs}: every watch would end at a person`,
    ];
  });
}

/** Repeating a deploy of the same commit brings the same image there, which has proved bad. */
function failureHints(stages: readonly Stage[], { name, onFail }: Stage): string[] {
  const target = stages.find((one) => one.name === (onFail ?? name));
  if (target === undefined || target.kind === 'agent' || target.kind === 'command') return [];
  return [
    `after a failure it goes back to stage "${target.name}", which pushes nothing new; name a stage that does with onFail`,
  ];
}
