// Checks one pipeline as a whole: its own rules, the pools it names, and the law of grace.
// It must never skip a sound stage because another one is broken.
import { MAX_STAGES, type Stage, stageSchema } from '../../machines/pipeline.ts';
import { pipelineProblems } from '../../machines/pipeline-problems.ts';
import { danglingName } from './dangling-name.ts';
import { gatesMs, hasFinalization, longestFinalizationMs, resolveStage } from './grace-law.ts';
import { labelFindings, type PoolLabels } from './label-checks.ts';
import { nearestName } from './nearest-name.ts';
import { valueAt } from './plain-data.ts';
import { type Finding, type Path, suggestion } from './problems.ts';
import { type Salvaged, salvage } from './salvage.ts';
import type { Settings } from './settings.ts';

interface Surroundings {
  /** Undefined when it is not known which pools there are. */
  pools: PoolLabels | undefined;
  /** Undefined when it is not known which accounts there are. */
  accounts: readonly string[] | undefined;
  settings: Salvaged<Settings>;
  /** Replaces the grace of the settings. */
  graceMs: number | undefined;
}

/** Everything wrong with the pipeline at `path` that its schema does not see. */
export function pipelineFindings(path: Path, raw: unknown, around: Surroundings): Finding[] {
  const written = valueAt(raw, ['stages']);
  const stages = (Array.isArray(written) ? written : []).slice(0, MAX_STAGES).map(readStage);
  return [
    ...ruleFindings(path, stages),
    ...stages.flatMap((stage, index) => [
      ...poolFindings([...path, 'stages', index], stage, around.pools),
      ...accountFindings([...path, 'stages', index], stage, around.accounts),
      ...labelFindings([...path, 'stages', index], stage, {
        pools: around.pools,
        isPoolWritten: valueAt(written, [index, 'pool']) !== undefined,
      }),
      ...graceFindings([...path, 'stages', index], stage, around),
    ]),
  ];
}

function readStage(raw: unknown, index: number): Salvaged<Stage> {
  // A name with a forbidden character is reported once; references to it are not dangling.
  const written = valueAt(raw, ['name']);
  const { value, suspects } = salvage(stageSchema, raw, {
    name: `stage-${index}`,
    kind: 'external',
  });
  const name = suspects.has('name') && typeof written === 'string' ? written : value.name;
  return { value: { ...value, name }, suspects };
}

function ruleFindings(path: Path, stages: readonly Salvaged<Stage>[]): Finding[] {
  const names = stages.map(({ value }) => value.name);
  const problems = pipelineProblems({ stages: stages.map(({ value }) => value), caps: {} });
  return problems.flatMap((problem): Finding[] => {
    const [, index, field] = problem.path;
    const stage = stages[Number(index)];
    const before = stages.slice(0, Number(index));
    if (stage === undefined || isDoubtful(stage, String(field), before)) return [];
    const got = valueAt(stage.value, problem.path.slice(2));
    const isTarget = field === 'onFail' || field === 'onReject';
    const isDangling = isTarget && typeof got === 'string' && !names.includes(got);
    const nearest = isDangling
      ? nearestName(got, names.slice(0, Number(index) + 1))
      : nearestEnvironment(problem.path, got, before);
    return [
      {
        path: [...path, ...problem.path],
        spot: 'value',
        message: `${problem.message}${suggestion(nearest)}`,
        ...(typeof got === 'string' ? { got } : {}),
        ...(nearest === undefined ? {} : { nearest }),
      },
    ];
  });
}

// Whether a command or a deploy is needed follows from the kind, so a broken kind makes both doubtful. What a deploy
// may require, and whether its image is built, follows from those before it.
function isDoubtful(
  { suspects }: Salvaged<Stage>,
  field: string,
  before: readonly Salvaged<Stage>[],
): boolean {
  if (suspects.has(field)) return true;
  if (field !== 'command' && field !== 'deploy') return false;
  const isUnknown = field === 'deploy' && before.some((one) => one.suspects.has('deploy'));
  return suspects.has('kind') || isUnknown;
}

/** What it may have meant to require. */
function nearestEnvironment(
  path: Path,
  got: unknown,
  before: readonly Salvaged<Stage>[],
): string | undefined {
  if (path.at(-1) !== 'requires' || typeof got !== 'string') return undefined;
  return nearestName(
    got,
    before.flatMap(({ value }) => value.deploy?.environment ?? []),
  );
}

function poolFindings(path: Path, stage: Salvaged<Stage>, pools: Surroundings['pools']): Finding[] {
  const { pool } = stage.value;
  if (pools === undefined || stage.suspects.has('pool') || pools.has(pool)) return [];
  return [danglingName([...path, 'pool'], pool, { what: 'pool', names: [...pools.keys()] })];
}

/** An account that is not named is that of the adapter, of which nothing need be said. */
function accountFindings(
  path: Path,
  { value: { agent }, suspects }: Salvaged<Stage>,
  names: Surroundings['accounts'],
): Finding[] {
  const account = agent?.account;
  if (account === undefined || names === undefined || suspects.has('agent')) return [];
  if (names.includes(account)) return [];
  return [danglingName([...path, 'agent', 'account'], account, { what: 'account', names })];
}

function graceFindings(path: Path, { value, suspects }: Salvaged<Stage>, around: Surroundings) {
  const { settings } = around;
  const isOwn = value.graceMs !== undefined;
  const isSound =
    !['kind', 'gates', 'graceMs'].some((field) => suspects.has(field)) &&
    !settings.suspects.has('finalizeTimeoutMs') &&
    (isOwn || around.graceMs !== undefined || !settings.suspects.has('graceMs'));
  if (!isSound || !hasFinalization(value)) return [];
  const { graceMs } = resolveStage(value, { graceMs: around.graceMs ?? settings.value.graceMs });
  const longestMs = longestFinalizationMs(value, settings.value);
  if (graceMs > longestMs) return [];
  const origin = isOwn || around.graceMs === undefined ? '' : ' (from ONCEWARD_GRACE_MS)';
  const expected = `more than the longest finalization, ${longestMs}`;
  const sum = `finalizeTimeoutMs ${settings.value.finalizeTimeoutMs} + gates ${gatesMs(value)}`;
  const message = `got ${graceMs}${origin}, expected ${expected} (${sum}): a live run could be reaped`;
  const got = String(graceMs);
  return [{ path: [...path, 'graceMs'], spot: 'value' as const, message, got, expected }];
}
