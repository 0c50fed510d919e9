// The commented onceward.yaml that `onceward init` writes.
// It must never hold a value that the loader would refuse.
import { basename } from 'node:path';
import { configurationJsonSchema } from './json-schema.ts';

export interface StarterOptions {
  /** Path or URL of a git remote. */
  repository: string;
  /** The branch that work starts from. */
  baseBranch: string;
}

/** Where `onceward init` puts the schema for editors, seen from onceward.yaml. */
export const EDITOR_SCHEMA_PATH = '.onceward/onceward.schema.json';

/** A whole configuration: one project and one pipeline, with every field explained. */
export function renderStarterConfiguration({ repository, baseBranch }: StarterOptions): string {
  return [
    `# yaml-language-server: $schema=${EDITOR_SCHEMA_PATH}`,
    '# Configuration of onceward. Check it with `onceward validate`.',
    '# Lines that are commented out show the defaults.',
    'version: 1',
    '',
    'settings:',
    ...settingsLines(),
    '',
    POOLS,
    ACCOUNTS,
    CONNECTIONS,
    'projects:',
    `  ${projectName(repository)}:`,
    '    # Path or URL of a git remote, without credentials. A relative path starts at this file.',
    `    repository: ${JSON.stringify(repository)}`,
    '    # The branch that work starts from and lands on.',
    `    baseBranch: ${JSON.stringify(baseBranch)}`,
    '    # Which of the pipelines below its items go through.',
    '    pipeline: standard',
    '    # How many of its runs may be carried out at once, over all workers.',
    '    maxConcurrentRuns: 4',
    '    # The most its agents may use in one day (UTC); then the next start waits.',
    '    dailyCaps: { usd: 100 }',
    ...TRACKER_LINES,
    '',
    PIPELINES,
  ].join('\n');
}

/** A project name made from the last part of the repository's address. */
export function projectName(repository: string): string {
  const last = basename(repository.replace(/[/:]+/g, '/'), '.git');
  const name = last.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '');
  return name.slice(0, 64) || 'app';
}

// Editors call a section without any line a mistake; these two are what the law of grace compares.
const ALWAYS_WRITTEN = ['graceMs', 'finalizeTimeoutMs'];

function settingsLines(): string[] {
  const settings = configurationJsonSchema().properties?.['settings']?.properties ?? {};
  return Object.entries(settings).flatMap(([name, { description, default: value }]) => [
    ...wrapped(description ?? ''),
    `  ${ALWAYS_WRITTEN.includes(name) ? '' : '# '}${name}: ${valueText(value)}`,
  ]);
}

/** A mapping on one line; what may stand in it is in docs/configuration.md. */
function valueText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const MAX_COMMENT_LENGTH = 90;

function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.replaceAll('`', '').split(' ')) {
    const last = lines.at(-1);
    const isFull = last === undefined || last.length + word.length >= MAX_COMMENT_LENGTH;
    if (isFull) lines.push(`  # ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

const POOLS = `\
# Groups of workers. A stage names its pool; "default" exists even when it is not written here.
pools:
  default:
    # How many runs each worker process carries out at once.
    slots: 4
    # What a worker must have to serve it, as in "onceward up --labels gpu,big".
    # labels: [gpu, big]
`;

const ACCOUNTS = `\
# Whose credentials and limits coding agents live by. An agent that names none lives by its adapter's.
accounts:
  claude:
    # Variables of the worker that its agents are given; their values never reach a log or a comment.
    env: [ANTHROPIC_API_KEY]
`;

const CONNECTIONS = `\
# Whose credentials hosts use towards trackers and forges. Secrets stand in the environment of the
# host; only the names of the variables stand here.
# connections:
#   github-main: { kind: github, tokenVariable: GITHUB_TOKEN, webhookSecretVariable: GITHUB_WEBHOOK_SECRET }
`;

const TRACKER_LINES = [
  '    # Where its work is asked for; without it, a folder of Markdown files in the state directory.',
  '    # tracker: { kind: github, connection: github-main, repository: acme/shop, label: onceward }',
  '    # Where pull requests are opened; without it, there are none.',
  '    # forge: { kind: github, connection: github-main, repository: acme/shop }',
  '    # What is done there: enforce, shadow (only say it), or off.',
  '    # actuators: { intake: shadow, comments: off }',
];

const PIPELINES = `\
pipelines:
  standard:
    # The most all runs of one item may use together; at a cap it is parked before its next run.
    caps: { usd: 20 }
    # An item goes through the stages in this order.
    stages:
      - name: analysis
        # agent or command: runs a process; approval: waits for a person; external: for a publisher.
        kind: agent
        # Run by "sh -c" in a git worktree of the item, with the item in ONCEWARD_* variables.
        command: ./agents/analyse.sh
        # What must hold for the stage to pass. Missing or empty files do not pass.
        gates:
          - kind: exit
          - kind: artifact
            path: docs/work-items/{item}/01-analysis.md

      - name: development
        kind: agent
        # A coding agent in place of a command: "claude" or "codex", which must be installed.
        agent:
          adapter: claude
          maxTurns: 60
          # A template of the prompt in the repository; without it a short one that is built in.
          # prompt: agents/development.md
        # The most one run may use; at a cap a person is asked, and then it is ended.
        caps: { usd: 5 }
        # Extra environment of the command. Not for secrets: it is kept in the item's record.
        env:
          EFFORT: high
        # Which pool carries it out.
        pool: default
        # Or the pool that has these labels: only workers started with "--labels gpu" serve it.
        # labels: [gpu]
        gates:
          - kind: exit
          # Run in a clean checkout of the pushed commit; exit code 0 passes.
          - kind: command
            command: npm test
            timeoutMs: 60000
          # Who changes code writes about it, too.
          # - { kind: touches, when: [src], require: [docs/**, CHANGELOG.md] }
        # How many verdicts of each class the stage may collect before onExhausted.
        budgets:
          product: 3
          infra: 5
          inconclusive: 1
          unobserved: 2
          continuations: 3
          resumes: 2
        # What happens then: park waits for a person, fail ends the item.
        onExhausted: park
        # merge: the base is merged into the item's branch first; none: it is left as it was pushed.
        catchUp: merge
        # The whole run, and the longest silence, before the process group is ended.
        wallClockMs: 3600000
        silenceMs: 600000
        # Between SIGINT and SIGTERM, and between SIGTERM and SIGKILL.
        interruptGraceMs: 2000
        killGraceMs: 5000
        # How far its commands and gates are kept apart from the machine: see docs/isolation.md.
        isolation:
          kind: process
        # Overrides settings.graceMs; must exceed finalizeTimeoutMs and the gates together.
        graceMs: 300000

      - name: review
        kind: agent
        command: ./agents/review.sh
        gates:
          # The verdict stands in a JSON file; a missing or malformed one never passes.
          - kind: verdict
            path: docs/work-items/{item}/03-review.json
        # Where a failure goes back to: this stage or an earlier one.
        onFail: development

      - name: approval
        kind: approval
        gates: []
        # manual waits for "onceward approve"; auto approves at once; reviews listens to the pull request.
        approve: manual
        # Whose reviews decide then. Needs a forge with pull requests.
        # reviews: { approvals: 1 }
        # How a stage of "kind: checks" judges what runs on the pull request. Needs such a forge, too.
        # checks: { required: [build], reruns: 2 }
        # Where a rejection goes back to. Without it the item fails.
        onReject: development

      # Or let it be landed by itself: items wait in the merge queue of baseBranch, are merged with it and with each
      # other, tested together, and only what has passed is pushed. What is red or conflicts goes back.
      # - name: land
      #   kind: merge
      #   # Run on the merged result, in a clean checkout.
      #   gates: [{ kind: command, command: npm test }]
      #   # admission: forge waits for the item's own checks and reviews; none tries whatever comes.
      #   merge: { batchSize: 4, admission: none }
      #   onFail: development

      # Or let what has landed be built once, deployed by digest, watched, and taken back when it proves bad. Needs a
      # registry, and "skopeo" where workers run.
      # - name: production
      #   kind: deploy
      #   deploy:
      #     environment: production
      #     image: { name: registry.example.com/team/shop }
      #     # Leaves an OCI layout in $ONCEWARD_OCI_LAYOUT.
      #     build: { command: ./build-image.sh }
      #     # Gets the digest in ONCEWARD_* variables.
      #     deploy: { command: ./deploy.sh }
      #     watch:
      #       probes: [{ name: home, kind: http, url: 'https://shop.example.com/' }]
      #     reaction: { rollback: automatic, openItem: true }
      #   onFail: development

      - name: release
        kind: command
        command: ./release.sh
        gates:
          - kind: exit
`;
