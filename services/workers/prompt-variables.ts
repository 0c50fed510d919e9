// The variables of a stage's prompt template: the one table from which prompts and docs/agents.md follow.
// What others wrote must never be of the kind `plain`: it is fenced off, or it is not there.

export interface PromptVariable {
  name: string;
  /**
   * `plain`: names and paths of onceward's own, put in as they are, on one line.
   * `foreign`: what people, trackers, reviewers and agents wrote; fenced off as data.
   */
  kind: 'plain' | 'foreign';
  /** Longer ones are cut, and say so. */
  maxCharacters: number;
  meaning: string;
}

const NAME_CHARACTERS = 256;
const PATH_CHARACTERS = 4_096;

export const PROMPT_VARIABLES = [
  plain('project', NAME_CHARACTERS, 'the project'),
  plain('item', NAME_CHARACTERS, 'the item'),
  plain('stage', NAME_CHARACTERS, 'the stage'),
  plain('attempt', NAME_CHARACTERS, 'the attempt at this stage, from 1'),
  plain('branch', NAME_CHARACTERS, "the item's branch, checked out in the worktree"),
  plain('baseBranch', NAME_CHARACTERS, 'the branch that the work is to land on'),
  plain('headSha', NAME_CHARACTERS, 'the head of the branch when the run began, or `(nothing)`'),
  plain('worktree', PATH_CHARACTERS, 'the folder to work in'),
  plain('contextFile', PATH_CHARACTERS, 'JSON with all of this'),
  plain(
    'commentFile',
    PATH_CHARACTERS,
    'to be written by the agent: what is to be said on the item',
  ),
  plain(
    'verdictPath',
    PATH_CHARACTERS,
    'to be written and committed by the agent, where the stage has a `verdict` gate; else `(nothing)`',
  ),
  foreign('title', 300, "the item's title"),
  foreign('body', 32_768, "the item's body"),
  foreign('feedback', 32_768, 'what gates and reviewers said of earlier attempts'),
] as const satisfies readonly PromptVariable[];

export type PromptVariableName = (typeof PROMPT_VARIABLES)[number]['name'];

/** The table of docs/agents.md, in Markdown. */
export function promptVariablesTable(): string {
  const rows = PROMPT_VARIABLES.map(({ name, kind, maxCharacters, meaning }) => {
    const fenced = kind === 'foreign' ? 'fenced off' : 'as it is';
    return `| \`{{${name}}}\` | ${meaning} | ${fenced}, at most ${maxCharacters} characters |`;
  });
  return ['| variable | stands for | how |', '|---|---|---|', ...rows].join('\n');
}

function plain<const Name extends string>(name: Name, maxCharacters: number, meaning: string) {
  return { name, kind: 'plain', maxCharacters, meaning } as const;
}

function foreign<const Name extends string>(name: Name, maxCharacters: number, meaning: string) {
  return { name, kind: 'foreign', maxCharacters, meaning } as const;
}
