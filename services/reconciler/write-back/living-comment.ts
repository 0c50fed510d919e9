// What the comment of a run says: what happens, what came of it, what it cost, and what a person can do. Pure.
// It must never say anything that changes by itself, such as a duration: every change is a write in the tracker.
import { match } from 'ts-pattern';
import { mergeRulesOf } from '../../../machines/merge/context.ts';
import { totalUsage } from '../../../machines/run/context.ts';
import { isNoUsage } from '../../../machines/usage.ts';
import type { Verdict } from '../../../machines/verdict.ts';
import type { CommentDraft } from '../../../transport/tracker/tracker.ts';
import { usageWords } from '../../queries/usage-words.ts';
import { boundedText, postableText } from '../../workers/neutral-text.ts';
import type { DeploymentView } from '../records/deployment-views.ts';
import type { ItemView, RunView } from '../records/item-views.ts';
import {
  deploymentHappening,
  deploymentVerdictWords,
  incidentParagraph,
} from './deployment-comment.ts';

const MAX_SUMMARY_CHARACTERS = 1_500;

export interface LivingCommentOptions {
  item: ItemView;
  run: RunView;
  /** Where the run waits for an environment: how that stands, as far as it is known. */
  deployment?: DeploymentView | undefined;
  /** The newest of the item: what a person can do is said there alone. */
  isNewest: boolean;
}

/** Null while there is nothing to say of it. */
export function livingComment(options: LivingCommentOptions): CommentDraft | null {
  const { item, run, deployment, isNewest } = options;
  const happening = happeningOf(options);
  if (happening === null) return null;
  const { stage, attempt, report } = run.context;
  const paragraphs = [
    `### ${stage.name}, attempt ${attempt}: ${happening}`,
    factsOf(item, run),
    verdictOf(run),
    incidentParagraph({ item: item.item, run, deployment }),
    report.trim(),
    isNewest ? whatNext(item) : '',
  ];
  return { key: run.address, body: paragraphs.filter((text) => text !== '').join('\n\n') };
}

function happeningOf({ item, run, deployment }: LivingCommentOptions): string | null {
  const { state, context } = run;
  const { stage, claim, checks } = context;
  if (claim !== null) return verdictWords(claim.verdict, context);
  return match(state)
    .with('running.queued', () =>
      match(stage.kind)
        .with('approval', () => 'waits for a person')
        .with('checks', () => `waits for its checks${checks ? `: ${quiet(checks.summary)}` : ''}`)
        .with('external', () => 'waits for its publisher')
        // Its place changes with whatever happens to others: that is no news of this item.
        .with('merge', () => `waits in the merge queue of \`${baseOf(item)}\``)
        .with('deploy', () => quiet(deploymentHappening({ item: item.item, run, deployment })))
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

function baseOf({ context }: ItemView): string {
  return context.pipeline.baseBranch;
}

function verdictWords(verdict: Verdict, context: RunView['context']): string {
  const { kind, cause } = verdict;
  const { stage } = context;
  const isOfQueue = stage.kind === 'merge';
  const deployed = stage.kind === 'deploy' ? deploymentVerdictWords(verdict, context) : null;
  if (deployed !== null) return deployed;
  if (isOfQueue && kind === 'pass') return 'landed';
  if (isOfQueue && kind === 'product_fail') return 'sent back';
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
    .with('active.working', () => queueWords(context) ?? '')
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

/** Null where it waits for something else. The words hold whatever becomes of the others. */
function queueWords({ pipeline, current, pullRequest }: ItemView['context']): string | null {
  const stage = pipeline.stages.find(({ name }) => name === current?.stage);
  if (stage?.kind !== 'merge') return null;
  const words = `**In the queue**: it lands once it has passed together with what \`${pipeline.baseBranch}\` holds by then.`;
  if (pullRequest?.state !== 'open') return words;
  const isAsked = mergeRulesOf(stage).admission === 'forge';
  return `${words} To keep it out, ${isAsked ? 'request changes, or ' : ''}close the pull request.`;
}

function isReviewed({ pipeline, current }: ItemView['context']): boolean {
  return pipeline.stages.find(({ name }) => name === current?.stage)?.approve === 'reviews';
}

/** On one line, and telling nobody. */
function quiet(text: string): string {
  return boundedText(postableText(text).replace(/\s+/g, ' ').trim(), 400).replace(/\n/g, ' ');
}
