// The prompt of one run: the template of its stage, read from the base branch, with what the run knows.
// It must never be read from the item's own branch: an agent would write its successors' orders.

import { OncewardError } from '../../transport/errors.ts';
import { branchOf, type Repository } from '../../transport/git/repository.ts';
import { feedbackOf } from './catch-up-note.ts';
import { defaultTemplate } from './default-prompt.ts';
import type { JobFacts } from './job-facts.ts';
import { fillTemplate } from './path-template.ts';
import { type PromptValues, renderPrompt } from './prompt.ts';
import type { Workspace } from './workspace.ts';

export interface StagePromptOptions {
  job: JobFacts;
  repository: Pick<Repository, 'fileAt'>;
  workspace: Workspace;
  /** The session is gone on with: its agent has been told everything before. */
  isResumed: boolean;
}

const MAX_TEMPLATE_BYTES = 262_144;

// The places of a run are its own: what the session was told of an earlier one is no longer read.
const CONTINUE = `Go on with the stage {{stage}} of item {{item}} where you stopped, in {{worktree}}. Commit what you change;
what is not committed is lost. What is to be said on the item now goes into {{commentFile}}. Your verdict now goes into
(nothing: none is asked for): {{verdictPath}}

What was said of the last attempt:

{{feedback}}
`;

/** @throws PROMPT_INVALID when the template is missing, too large or names an unknown variable */
export async function promptOf(options: StagePromptOptions): Promise<string> {
  const { template, source } = await templateOf(options);
  return renderPrompt({ template, source, values: valuesOf(options) });
}

async function templateOf({
  job,
  repository,
  workspace,
  isResumed,
}: StagePromptOptions): Promise<{ template: string; source: string }> {
  const { stage, baseBranch } = job;
  if (isResumed) return { template: CONTINUE, source: 'the prompt to go on' };
  const named = stage.agent?.prompt;
  if (named === undefined) {
    return { template: defaultTemplate(stage.name), source: 'the built-in prompt' };
  }
  const path = fillTemplate(named, job);
  const { baseSha } = workspace.worktree;
  const file = await repository.fileAt(baseSha, { path, maxBytes: MAX_TEMPLATE_BYTES });
  if (file === null) {
    const where = `${baseBranch} (${baseSha.slice(0, 12)})`;
    throw new OncewardError('PROMPT_INVALID', `the prompt ${path} is not on ${where}`);
  }
  if (file.content === null) {
    const size = `${file.sizeBytes} of at most ${MAX_TEMPLATE_BYTES} bytes`;
    throw new OncewardError('PROMPT_INVALID', `the prompt ${path} has ${size}`);
  }
  return { template: file.content, source: path };
}

function valuesOf({ job, workspace }: StagePromptOptions): PromptValues {
  const { project, item, stage, attempt, baseBranch, headSha, title, body } = job;
  const { worktree, paths } = workspace;
  const feedback = feedbackOf(job, worktree);
  return {
    ...{ project, item, stage: stage.name, attempt: String(attempt) },
    ...{ branch: branchOf(item), baseBranch, headSha: headSha ?? '', title, body, feedback },
    worktree: worktree.path,
    contextFile: paths.contextFile,
    commentFile: paths.commentFile,
    verdictPath: verdictPathOf(job),
  };
}

function verdictPathOf(job: JobFacts): string {
  const gate = job.stage.gates.find(({ kind }) => kind === 'verdict');
  return gate?.kind === 'verdict' ? fillTemplate(gate.path, job) : '';
}
