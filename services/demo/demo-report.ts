// A demonstration's result as one JSON document, and as the closing lines for people.
// It must never say more than was recorded.
import type { TextStyle } from '../inspect/command-context.ts';
import { type DemoResult, type DemoRun, interruptedRun, problemsOf } from './demo-result.ts';
import type { Landing } from './landing.ts';
import { durationsOf, totalMsOf } from './run-ledger.ts';
import { seconds } from './timeline.ts';

type Style = (style: TextStyle, text: string) => string;

const DOCUMENT_VERSION = 1;

/** The document of `--json`, version 1. Times are milliseconds; `atMs` is server time. */
export function demoDocument(result: DemoResult): Record<string, unknown> {
  const { stages, runs, itemState, landing, durationMs, isCrash } = result;
  const problems = problemsOf(result);
  return {
    v: DOCUMENT_VERSION,
    outcome: problems.length === 0 ? 'done' : 'failed',
    problems,
    isCrash,
    item: { address: 'shop/1', state: itemState },
    durationMs: Math.round(durationMs),
    stages: stages.map((stage) => {
      const own = runs.filter((run) => run.stage === stage);
      const advances = own.reduce((sum, run) => sum + run.advances, 0);
      return { stage, advances, runs: own.map(runDocument) };
    }),
    crash: crashDocument(result),
    landed: landing,
  };
}

/** The closing lines: each stage's sums, what landed, and the verdict on the whole. */
export function closingLines(result: DemoResult, style: Style): string[] {
  const problems = problemsOf(result);
  const { landing, durationMs } = result;
  const count = `each of ${result.stages.length} stages advanced exactly once`;
  const verdict =
    problems.length === 0
      ? [style('green', `Done in ${seconds(durationMs)} s: ${count}, and the defect is gone.`)]
      : [style('red', 'Failed:'), ...problems.map((problem) => `  - ${problem}`)];
  return [
    '',
    ...stageLines(result, style),
    ...(landing === null ? [] : ['', ...landingLines(landing, style)]),
    '',
    ...verdict,
  ];
}

function runDocument(run: DemoRun): Record<string, unknown> {
  const { address, attempt, context, won, lost, steps, advances } = run;
  const { worker = null, epoch = null, exit = null, claim = null } = context ?? {};
  const { verdict = null, evaluatedRevision = null } = claim ?? {};
  return {
    ...{ address, attempt, epoch, worker, exitCode: exit?.code ?? null, advances },
    verdict: verdict && { kind: verdict.kind, cause: verdict.cause, headSha: verdict.headSha },
    claims: {
      won: won.map((one) => ({ ...claimDocument(one), evaluatedRevision })),
      lost: lost.map(claimDocument),
    },
    revisions: steps.map((step) => ({ ...step, atMs: Math.round(step.atMs) })),
    durationsMs: durationsDocument(run),
  };
}

function durationsDocument(run: DemoRun): Record<string, number> {
  const all = [...durationsOf(run), ['total', totalMsOf(run)] as const];
  return Object.fromEntries(all.map(([state, ms]) => [state, Math.round(ms)]));
}

function claimDocument({ claimant, atMs, revision, reason }: DemoRun['won'][number]) {
  return { claimant, atMs: Math.round(atMs), revision, ...(reason === null ? {} : { reason }) };
}

function crashDocument({ crash, runs }: DemoResult): Record<string, unknown> | null {
  if (crash === null) return null;
  const { address = null, context = null, steps = [] } = interruptedRun(runs) ?? {};
  const expired = steps.find((step) => step.to === 'graceExpired');
  return {
    ...crash,
    atMs: Math.round(crash.atMs),
    run: address,
    worker: context?.worker ?? null,
    claimant: context?.claim?.claimant ?? null,
    graceMs: context === null ? null : (context.stage.graceMs ?? context.limits.graceMs),
    graceElapsedMs: expired && context?.exit ? Math.round(expired.atMs - context.exit.atMs) : null,
  };
}

function stageLines({ stages, runs }: DemoResult, style: Style): string[] {
  const header = style(
    'dim',
    `${'stage'.padEnd(13)}runs  claims won  lost  advanced  time by state`,
  );
  const rows = stages.map((stage) => {
    const own = runs.filter((run) => run.stage === stage);
    const sum = (count: (run: DemoRun) => number) => own.reduce((all, run) => all + count(run), 0);
    const numbers = [
      String(own.length).padStart(4),
      String(sum((run) => run.won.length)).padStart(10),
      String(sum((run) => run.lost.length)).padStart(4),
      String(sum((run) => run.advances)).padStart(8),
    ];
    return `${stage.padEnd(13)}${numbers.join('  ')}  ${own.map(durationText).join(' | ')}`;
  });
  return [header, ...rows];
}

function durationText(run: DemoRun): string {
  return [...durationsOf(run)]
    .map(([state, ms]) => `${state.split('.').at(-1)} ${seconds(ms)}`)
    .join(', ');
}

function landingLines(landing: Landing, style: Style): string[] {
  const { branch, log, diffStat, test } = landing;
  const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
  return [
    style('bold', `What landed on ${branch} of the remote`),
    ...indented(log),
    '',
    ...indented(diffStat),
    '',
    style('bold', `Its tests in a fresh clone (${test.command})`),
    ...indented(test.output),
  ];
}
