// What the comment of a run says: what happens, what came of it, what it cost, and what a person can do. Pure.
// It must never say anything that changes by itself, such as a duration: every change is a write in the tracker.
import { match } from 'ts-pattern';
import { totalUsage } from '../../../machines/run/context.ts';
import { isNoUsage } from '../../../machines/usage.ts';
import type { Verdict } from '../../../machines/verdict.ts';
import type { CommentDraft } from '../../../transport/tracker/tracker.ts';
import { usageWords } from '../../queries/usage-words.ts';
import { boundedText, postableText } from '../../workers/neutral-text.ts';
import type { ItemView, RunView } from '../records/item-views.ts';

const MAX_SUMMARY_CHARACTERS = 1_500;

export interface LivingCommentOptions {
  item: ItemView;
  run: RunView;
  /** The newest of the item: what a person can do is said there alone. */
  isNewest: boolean;
}

/** Null while there is nothing to say of it. */
export function livingComment({ item, run, isNewest }: LivingCommentOptions): CommentDraft | null {
  const happening = happeningOf(run);
  if (happening === null) return null;
  const { stage, attempt, report } = run.context;
  const paragraphs = [
    `### ${stage.name}, attempt ${attempt}: ${happening}`,
    factsOf(item, run),
    verdictOf(run),
    report.trim(),
    isNewest ? whatNext(item) : '',
  ];
  return { key: run.address, body: paragraphs.filter((text) => text !== '').join('\n\n') };
}

function happeningOf({ state, context }: RunView): string | null {
  const { stage, claim, checks } = context;
  if (claim !== null) return verdictWords(claim.verdict);
  return match(state)
    .with('running.queued', () =>
      match(stage.kind)
        .with('approval', () => 'waits for a person')
        .with('checks', () => `waits for its checks${checks ? `: ${quiet(checks.summary)}` : ''}`)
        .with('external', () => 'waits for its publisher')
        .otherwise(() => null),
    )
    .with('running.held', () => `held: ${context.hold?.cause ?? 'an account is suspended'}`)
    .with('running.starting', 'running.working', () => 'at work')
    .with('running.overCap', () => 'at a cap: a person may allow it more')
    .with('running.stopping', () => 'being ended at a cap')
    .with('finalizing', 'graceExpired', () => 'finishing')
    .with('cancelling', () => 'being cancelled')
    .with('cancelled', () => 'cancelled')
    .otherwise(() => null);
}

function verdictWords({ kind, cause }: Verdict): string {
  if (cause === 'approved') return 'approved';
  if (cause === 'rejected') return 'sent back';
  return match<string>(kind)
    .with('pass', () => 'passed')
    .with('product_fail', () => 'failed')
    .with('infra_error', () => 'a fault of the infrastructure')
    .with('not_applicable', () => 'does not apply')
    .otherwise((other) => other);
}

function factsOf({ context: item }: ItemView, { context }: RunView): string {
  const usage = totalUsage(context);
  const pushed = context.steps.find(({ step }) => step === 'push')?.result ?? '';
  const { pullRequest } = item;
  return [
    pushed === '' ? '' : `pushed \`${pushed.slice(0, 12)}\``,
    pullRequest?.url ? `[pull request ${pullRequest.number}](${pullRequest.url})` : '',
    isNoUsage(usage) ? '' : `used ${usageWords(usage)}`,
  ]
    .filter((fact) => fact !== '')
    .join(' · ');
}

function verdictOf({ context: { claim, stage } }: RunView): string {
  if (claim === null) return '';
  const { cause, summary } = claim.verdict;
  const said = boundedText(postableText(summary).trim(), MAX_SUMMARY_CHARACTERS);
  // Which machine has judged is nobody's business there.
  const isDecided = stage.kind === 'approval' || stage.kind === 'external';
  const by = isDecided ? `, by ${quiet(claim.claimant)}` : '';
  if (said === '' || said === cause) return `Verdict \`${cause}\`${by}.`;
  const quoted = said.split('\n').map((line) => `> ${line}`);
  return [`Verdict \`${cause}\`${by}:`, '', ...quoted].join('\n');
}

function whatNext({ project, item, state, context }: ItemView): string {
  const why = `\`onceward why ${project}/${item}\` says more.`;
  const { parking, ending, pipeline, heard } = context;
  const words = match(state)
    .with('parked', () => {
      const release = parking?.release ?? 'retry';
      const message = quiet(parking?.message ?? '');
      return `**Parked**: ${message}. To go on: comment \`/onceward ${release}\`. ${why}`;
    })
    .with('awaitingApproval', () => {
      const decide = 'comment `/onceward approve`, or `/onceward reject` and why';
      return `**Waits for you**: ${decide}${isReviewed(context) ? ', or review the pull request' : ''}. ${why}`;
    })
    .with('done', () => {
      const landed = context.isLanded ? `, and is on \`${pipeline.baseBranch}\`` : '';
      return `**Done**: the item has passed all its stages${landed}.`;
    })
    .with('failed', () => `**Failed**: ${quiet(ending ?? 'its pipeline ended it')}.`)
    .with('cancelled', () => `**Cancelled**: ${quiet(ending ?? 'by a person')}.`)
    .otherwise(() => '');
  const last =
    heard === null ? '' : `Heard last: \`/onceward ${heard.verb}\` of ${quiet(heard.by)}.`;
  return [words, last].filter((text) => text !== '').join('\n\n');
}

function isReviewed({ pipeline, current }: ItemView['context']): boolean {
  return pipeline.stages.find(({ name }) => name === current?.stage)?.approve === 'reviews';
}

/** On one line, and telling nobody. */
function quiet(text: string): string {
  return boundedText(postableText(text).replace(/\s+/g, ' ').trim(), 400).replace(/\n/g, ' ');
}
