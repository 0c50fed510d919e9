// What the fields of a pipeline mean, in the words of the reference page and the editor hints.
// It must never state a range or a default: those come from the schema itself.
import type { AgentChoice } from '../../machines/agent.ts';
import type { Budgets, Gate, Stage } from '../../machines/pipeline.ts';
import type { Caps } from '../../machines/usage.ts';

export const PIPELINE_DESCRIPTIONS = {
  stages: 'The stages in order. An item begins at the first.',
  caps:
    'The most all runs of one item may use together. At a cap the item is parked before its next run; ' +
    '`onceward retry` allows as much again.',
} as const;

export const CAPS_DESCRIPTIONS: Readonly<Record<keyof Caps, string>> = {
  turns:
    'Turns of the agent, its sub-agents’ included. Unlike `maxTurns`, it is not passed on to the tool: a person may allow more.',
  tokens: 'Input, cached input and output together.',
  usd: 'US dollars, of what has a known price.',
  wallClockMs: 'The time in which agents were running.',
};

export const AGENT_DESCRIPTIONS: Readonly<Record<keyof AgentChoice, string>> = {
  adapter: 'Which tool it is: `claude` is Claude Code, `codex` is the Codex command line.',
  executable: 'Name or path of the executable. Without it, that of the tool.',
  args: 'Further arguments, each as it stands: no shell reads them.',
  model: 'The model, as the tool names it. Without it, the tool chooses.',
  maxTurns: 'Most turns of one run. A run that ends at it is continued within `continuations`.',
  prompt:
    'Template of the prompt: a file of the repository, read from the base branch. Without it, a short one ' +
    'that is built in. `{item}`, `{project}`, `{stage}` and `{attempt}` of the path are filled in.',
  account: 'Which of `accounts` it lives by. Without it, the one that is called like the adapter.',
};

export const STAGE_DESCRIPTIONS: Readonly<Record<keyof Stage, string>> = {
  name: 'Name of the stage, unique in its pipeline.',
  kind:
    '`agent` and `command` run a process in the item’s worktree, `approval` waits for a person, `checks` for ' +
    'what the forge runs on the pushed commit, `merge` for its turn in the merge queue of the base branch, ' +
    '`deploy` for its turn in an environment, `external` for the events of a publisher. An agent must also leave a commit or an artifact.',
  command:
    'Run by `sh -c` in the item’s worktree. Required for `command`, and for an `agent` stage that names ' +
    'no `agent`; refused otherwise.',
  agent:
    'The coding agent that does the work of an `agent` stage, in place of a command: how it is started, ' +
    'and whose limits and credentials it lives by.',
  caps:
    'The most one run may use. One that reaches a cap raises an alarm, and is ended after ' +
    '`capDecisionMs` unless a person allows it as much again.',
  env: 'Extra environment of the command. Not for secrets: it is kept in the item’s record.',
  pool: 'Which of `pools` carries the stage out.',
  labels:
    'In place of `pool`: takes the pool that has all these labels and the fewest others. Chosen when the ' +
    'configuration is loaded.',
  isolation:
    'How far its commands, and those of its gates, are kept apart from the machine. Without it, they are plain ' +
    'processes. Where a worker cannot give what is asked for, nothing runs: `isolation-unavailable`.',
  gates:
    'What must hold for the stage to pass. All are checked, in order, read-only. Those of a stage of kind ' +
    '`merge` look at the merged result, before it is landed.',
  budgets: 'How many verdicts of each class the stage may collect before `onExhausted`.',
  catchUp:
    'Whether the item’s branch is brought up to date with the base before the command: `merge` merges the ' +
    'base into it, `none` leaves it as it was pushed. After a conflict an `agent` begins without the merge ' +
    'and is told so; a `command` is not started and fails with cause `conflict`.',
  wallClockMs: 'The most the whole run of the command may take.',
  silenceMs: 'The longest time the command may go without a byte of output.',
  interruptGraceMs:
    'The time between SIGINT and SIGTERM when a run is ended: for an agent that saves its work when it is ' +
    'interrupted. 0 skips SIGINT.',
  killGraceMs: 'The time between SIGTERM and SIGKILL when a run is ended.',
  graceMs: 'Overrides `settings.graceMs` for this stage.',
  onFail:
    'Stage to go back to after a product failure: this one or an earlier one. Without it, the ' +
    'stage repeats itself.',
  onReject:
    'Stage to go back to after a rejection: this one or an earlier one. Without it, the item fails.',
  onExhausted: 'What becomes of the item when a budget is used up: parked for a person, or failed.',
  approve:
    '`auto` approves at once and names the policy as the claimant; `manual` waits for a person; `reviews` for ' +
    'a person as well, and listens to the reviews of the pull request.',
  checks: 'How a stage of kind `checks` judges. Only there.',
  reviews: 'Whose reviews decide. Only for an approval with `approve: reviews`.',
  merge: 'How a stage of kind `merge` lands. Only there.',
  deploy: 'Where a stage of kind `deploy` brings what has landed, and how. Only there.',
};

export const BUDGET_DESCRIPTIONS: Readonly<Record<keyof Budgets, string>> = {
  product: 'Failures of the work itself.',
  infra: 'Faults of the infrastructure: a lost worker, a failed push. Never charged to the work.',
  inconclusive: 'Verdicts that were measured and are neither good nor bad.',
  unobserved: 'Verdicts that were declared and never came. Missing is not passing.',
  continuations: 'Runs that ended at their turn limit; the next one goes on with their session.',
  resumes: 'Sessions that could not be resumed; the next run begins a new one.',
};

const PATH =
  'Path inside the repository. `{item}`, `{project}`, `{stage}` and `{attempt}` are filled in.';
const GLOBS =
  '`*` and `?` stand for characters of a name, `**` for any folders, a plain path for all that is in it.';

type FieldsOf<Kind extends Gate['kind']> = Record<keyof Extract<Gate, { kind: Kind }>, string>;

/** By kind of gate; `kind` itself says what the gate asks for. */
export const GATE_DESCRIPTIONS: Readonly<{ [Kind in Gate['kind']]: FieldsOf<Kind> }> = {
  exit: { kind: 'The command ended with exit code 0.' },
  artifact: {
    kind: 'Files are present in the pushed commit, all of them regular ones and not empty.',
    path: `${PATH} \`*\` and \`?\` stand for characters of a name, \`**\` for any folders.`,
    min: 'The least number of files that match. Without it, one.',
  },
  adr: {
    kind:
      'The decision records (`adr-NNNN-title.md`) in a folder of the pushed commit: numbers are unique; ' +
      'sections are Context, Decision, Alternatives, Consequences, Links; the status is proposed, ' +
      'accepted, rejected, superseded by another one, or deprecated; the index links each; links lead ' +
      'to files of the commit. What was accepted where the branch began has changed in its status at most.',
    path: PATH,
    index: 'The file in that folder that links every record.',
    template: 'A file in that folder that is no record.',
  },
  touches: {
    kind:
      'A branch that changes anything under `when` also writes a file under each entry of `require`: ' +
      'code with its documentation.',
    when: GLOBS,
    require: `${GLOBS} A file that is only taken away does not count.`,
  },
  command: {
    kind: 'The command exits 0 in a clean checkout of the pushed commit.',
    command: 'Run by `sh -c` at the root of the checkout.',
    timeoutMs: 'The most the command may take. It counts towards the longest finalization.',
  },
  verdict: {
    kind: 'A JSON file holds the verdict. Missing or malformed is `unobserved`, never a pass.',
    path: PATH,
  },
};
