// What is wrong with a pipeline that its schema cannot see: names that refer to each other, and fields that fit the kind.
// Pure data: nothing here knows how a stage is carried out.
import { isolationProblem } from './isolation.ts';
import type { Pipeline, Stage } from './pipeline.ts';
import { MAX_SHARED_STAGE_BYTES, stageBytes } from './stage-settings.ts';

/** One thing wrong with a pipeline: where (a path of keys) and what. */
export interface PipelineProblem {
  path: (string | number)[];
  message: string;
}

/** Checks what a schema cannot: names that refer to each other, and fields that fit the kind. */
export function pipelineProblems(pipeline: Pipeline): PipelineProblem[] {
  const names = pipeline.stages.map((stage) => stage.name);
  return pipeline.stages.flatMap((stage, index) => [
    ...duplicateProblems(names, stage, index),
    ...commandProblems(stage, index),
    ...isolationProblems(stage, index),
    ...sizeProblems(stage, index),
    ...outsideProblems(stage, index),
    ...deployProblems(pipeline, stage, index),
    ...targetProblems(names, stage, index),
  ]);
}

function duplicateProblems(names: string[], stage: Stage, index: number): PipelineProblem[] {
  if (names.indexOf(stage.name) === index) return [];
  return [{ path: ['stages', index, 'name'], message: `stage "${stage.name}" stands twice` }];
}

function commandProblems(stage: Stage, index: number): PipelineProblem[] {
  const about = `stage "${stage.name}" of kind ${stage.kind}`;
  const problem = (field: string, message: string) => [{ path: ['stages', index, field], message }];
  if (stage.agent !== undefined && stage.kind !== 'agent') {
    return problem('agent', `${about} takes no agent`);
  }
  if (stage.agent !== undefined && stage.command !== undefined) {
    return problem('command', `${about} has an agent, which takes the place of a command`);
  }
  const isProcess = stage.kind === 'agent' || stage.kind === 'command';
  if (isProcess === (stage.command !== undefined || stage.agent !== undefined)) return [];
  if (!isProcess) return problem('command', `${about} takes no command`);
  const needed = stage.kind === 'agent' ? 'a command or an agent' : 'a command';
  return problem('command', `${about} needs ${needed}`);
}

function isolationProblems({ isolation }: Stage, index: number): PipelineProblem[] {
  const message = isolation === undefined ? null : isolationProblem(isolation);
  return message === null ? [] : [{ path: ['stages', index, 'isolation', 'network'], message }];
}

/** What many items share is kept in one record: there is no room for long texts. */
function sizeProblems(stage: Stage, index: number): PipelineProblem[] {
  const { name, kind } = stage;
  const bytes = stageBytes(stage);
  if ((kind !== 'merge' && kind !== 'deploy') || bytes <= MAX_SHARED_STAGE_BYTES) return [];
  const message = `stage "${name}" of kind ${kind} has ${bytes} of at most ${MAX_SHARED_STAGE_BYTES} bytes: put long commands into the repository`;
  return [{ path: ['stages', index, kind], message }];
}

/** An environment stands once, and what it requires comes before it. */
function deployProblems({ stages }: Pipeline, stage: Stage, index: number): PipelineProblem[] {
  const { name, kind, deploy, gates } = stage;
  const about = `stage "${name}" of kind ${kind}`;
  const problem = (path: string[], message: string) => [
    { path: ['stages', index, ...path], message: `${about} ${message}` },
  ];
  if (kind !== 'deploy') {
    return deploy === undefined ? [] : problem(['deploy'], 'deploys nothing');
  }
  if (deploy === undefined) return problem(['deploy'], 'needs deploy: where to, and how');
  if (gates.some((gate) => gate.kind !== 'exit')) {
    return problem(
      ['gates'],
      'takes no gates: deploy.verify and deploy.watch say whether it is good',
    );
  }
  const before = stages.slice(0, index).flatMap((one) => one.deploy ?? []);
  if (before.some(({ environment }) => environment === deploy.environment)) {
    return problem(['deploy', 'environment'], `has the environment of another stage`);
  }
  const { requires } = deploy;
  const source = before.find(({ environment }) => environment === requires);
  if (requires !== undefined && source === undefined) {
    const known = before.map(({ environment }) => environment).join(', ') || 'none';
    const message = `requires "${requires}", which no stage before it deploys to (${known})`;
    return problem(['deploy', 'requires'], message);
  }
  if (source !== undefined && source.image.name !== deploy.image.name) {
    return problem(
      ['deploy', 'image', 'name'],
      `has another image than ${requires}: a tag moves within one repository`,
    );
  }
  const isBuilt = deploy.build !== undefined || before.some(({ build }) => build !== undefined);
  return isBuilt
    ? []
    : problem(['deploy', 'build'], 'needs deploy.build: no stage before it builds an image');
}

function outsideProblems(stage: Stage, index: number): PipelineProblem[] {
  const { name, kind, approve, checks, reviews, merge } = stage;
  const about = `stage "${name}" of kind ${kind}`;
  const problem = (field: string, message: string) => [{ path: ['stages', index, field], message }];
  if (checks !== undefined && kind !== 'checks') return problem('checks', `${about} has no checks`);
  if (kind === 'merge') return mergeProblems(stage, problem);
  if (merge !== undefined) return problem('merge', `${about} merges nothing`);
  if (reviews === undefined || (kind === 'approval' && approve === 'reviews')) return [];
  return problem('reviews', `${about} listens to reviews only with approve: reviews`);
}

/** Nothing lands untested, and each gate must have something to look at: a merge has no process of its own. */
function mergeProblems(
  stage: Stage,
  problem: (field: string, message: string) => PipelineProblem[],
): PipelineProblem[] {
  const { name, gates, merge, reviews } = stage;
  const about = `stage "${name}" of kind merge`;
  if (reviews !== undefined) return problem('reviews', `${about} has its reviews under merge`);
  const odd = gates.find(({ kind }) => kind === 'exit' || kind === 'verdict');
  const isDefault = gates.length === 1 && odd?.kind === 'exit';
  if (odd !== undefined && !isDefault) {
    return problem('gates', `${about} takes no gate of kind ${odd.kind}: there is no process`);
  }
  const isTested = merge?.checks !== undefined || gates.some(({ kind }) => kind === 'command');
  if (!isTested) {
    return problem(
      'gates',
      `${about} tests nothing: give it a gate of kind command, or merge.checks`,
    );
  }
  const isBatchOfRebases = merge?.method === 'rebase' && merge.batchSize > 1;
  return isBatchOfRebases ? problem('merge', `${about} rebases one item at a time`) : [];
}

function targetProblems(names: string[], stage: Stage, index: number): PipelineProblem[] {
  return (['onFail', 'onReject'] as const).flatMap((field) => {
    const target = stage[field];
    if (target === undefined) return [];
    const at = names.indexOf(target);
    if (at >= 0 && at <= index) return [];
    const message =
      at < 0
        ? `${field} names "${target}", which is no stage of this pipeline (${names.join(', ')})`
        : `${field} names "${target}", which comes later; it may only go back`;
    return [{ path: ['stages', index, field], message }];
  });
}
