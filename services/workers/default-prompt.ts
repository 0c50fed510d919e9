// The prompt templates of stages that name none.
// They must never ask for what onceward does itself: it pushes, comments, advances and merges.

/** What is asked of a stage, by what its name says it is for. */
const TASKS: readonly { names: RegExp; task: string }[] = [
  {
    names: /^(?:analy\w*|triage|plan\w*|spec\w*)$/,
    task: 'Find out what is to be done and why, and write it down where this repository keeps such documents. Change no code.',
  },
  {
    names: /^(?:archi\w*|design|adr)$/,
    task: 'Decide how it is to be built, and record the decision where this repository keeps its decisions, with the alternatives. Change no code.',
  },
  {
    names: /^(?:review|audit)\w*$/,
    task: 'Review what the branch changes against its base branch. Change nothing. Say what is wrong, each with file and line, and what is good enough.',
  },
  {
    names: /^(?:test|qa|verif)\w*$/,
    task: 'Test what the branch changes against its base branch: run the tests, add those that are missing, and mend what they show.',
  },
  {
    names: /^(?:doc|document)\w*$/,
    task: 'Bring the documentation up to what the branch changes.',
  },
  {
    names: /^(?:dev|build|implement|fix|code|cod)\w*$/,
    task: 'Do what the item asks for, with tests, in the manner of this repository. Run its checks before you finish.',
  },
];
const ANY_TASK = 'Do the work of this stage for the item, in the manner of this repository.';

/** The template for a stage without one of its own. */
export function defaultTemplate(stage: string): string {
  const task = TASKS.find(({ names }) => names.test(stage.toLowerCase()))?.task ?? ANY_TASK;
  return `You carry out the stage {{stage}} of item {{item}} in project {{project}}, attempt {{attempt}}.

${task}

You work in {{worktree}} on the branch {{branch}}, which is to land on {{baseBranch}}. Commit what you change there,
with messages that say why; what is not committed is lost. Do not push, merge or open pull requests.
What is to be said on the item goes into {{commentFile}}. Your verdict goes into (nothing: none is asked for): {{verdictPath}}

The item:

{{title}}

{{body}}

What was said of earlier attempts:

{{feedback}}
`;
}
