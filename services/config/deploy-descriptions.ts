// What the rules of a deploy mean, in the words of the reference page and the editor hints.
// It must never state a range or a default: those come from the schema itself.
import type { DeployRules } from '../../machines/deployment/rules.ts';

type Words<Of> = Readonly<Record<keyof Of & string, string>>;

const TIMEOUT = 'Ended after that.';
const CHECKOUT = 'Run by `sh -c` in a clean checkout of the commit';

export const DEPLOY_DESCRIPTIONS: Words<DeployRules> = {
  environment:
    'What it deploys to. Each environment of a project takes one version after the other.',
  enabled:
    '`false` passes every item over, with that as the reason. It holds for the pipeline: a project that is to ' +
    'leave an environment out has a pipeline of its own.',
  when: 'When it is deployed at all. Without it always; otherwise it is `not_applicable`, with the reason.',
  requires:
    'The environment, of a stage before this one, that must have passed the very same image, unless a person ' +
    'answers for it.',
  image: 'Where the image is kept.',
  build: 'Builds the image of a commit that has none yet. The first deploy of a pipeline needs it.',
  prepare: 'Makes the environment ready. Whatever fails here is the infrastructure’s fault.',
  deploy: 'Brings the image there, by its digest.',
  verify: 'Says whether what was deployed is good. Without it, that it was deployed is enough.',
  rollback:
    'Brings the version of before back. Without it `deploy` is run with the digest of before.',
  infrastructure:
    'What counts as a fault of the infrastructure, besides what is known to be one. All else is the product’s.',
  retries: 'Tries that the infrastructure may cost one step, and the pauses between them.',
  watch: 'How the version is watched once it is deployed. Without probes it is not.',
  reaction: 'What is done when a version proves bad.',
  self:
    'Only where the deploy replaces onceward itself: it is run apart from this process, and whoever comes up ' +
    'goes on.',
};

const COMMAND = `${CHECKOUT}, with the commit, the image and its digest in \`ONCEWARD_*\` variables, and with no secret of onceward’s.`;

/** Of `build`, `prepare`, `deploy`, `verify` and `rollback`. */
export const STEP_DESCRIPTIONS: Words<NonNullable<DeployRules['verify']>> = {
  command: COMMAND,
  timeoutMs: TIMEOUT,
  verdictFile:
    'Only for `verify`: it must leave its verdict as JSON in `$ONCEWARD_VERDICT_FILE`; one that is missing is ' +
    '`unobserved`. Otherwise its exit code is the verdict.',
};

export const BUILD_COMMAND = `${COMMAND} It leaves an OCI layout in \`$ONCEWARD_OCI_LAYOUT\`.`;

export const DEPLOY_PART_DESCRIPTIONS: {
  readonly [Part in 'when' | 'image' | 'infrastructure' | 'retries' | 'reaction' | 'self']: Words<
    NonNullable<DeployRules[Part]>
  >;
} = {
  when: {
    paths:
      'One of these paths of the repository differs from what is live. `*`, `?` and `**` as in gates.',
    labels: 'The issue had one of these labels when the item was opened.',
  },
  image: {
    name: 'Registry and repository, without tag: `registry.example.com/acme/shop`. The same in every environment that another one requires.',
    tag: 'The tag that follows what is deployed. Without it, it is called like the environment.',
    plain: 'Whether the registry is spoken to without TLS.',
    timeoutMs: 'The longest answer of the registry.',
  },
  infrastructure: {
    exitCodes: 'Exit codes of its commands that say so.',
    causes: 'Causes that a verdict file may name.',
  },
  retries: {
    infra: 'Tries of one step. Then it is held, and never charged to the item.',
    rollback: 'Tries of a rollback, whatever made them fail.',
    backoffMs: 'The first pause; each further one is twice as long.',
    backoffCapMs: 'The longest pause.',
  },
  reaction: {
    rollback:
      '`automatic` brings the version of before back at once, `approval` asks a person first, `none` leaves ' +
      'what is there.',
    freezeQueue: 'Nothing lands on the base until the environment is healthy again.',
    openItem:
      'Opens an item with the evidence, and an issue for it where the tracker opens issues, as `actuators.intake` ' +
      'and `actuators.comments` let it.',
  },
  self: {
    proveMs:
      'How long the new version may take to prove itself. Then the version of before is put back.',
  },
};

export const WATCH_DESCRIPTIONS: Words<DeployRules['watch']> = {
  probes: 'What is measured, each by a name of its own.',
  deadlineMs: 'However it went until then: a person is asked.',
};

type ProbeRules = DeployRules['watch']['probes'][number];
type ProbeKind = ProbeRules['kind'];
type ProbeFields = { [Kind in ProbeKind]: keyof Extract<ProbeRules, { kind: Kind }> }[ProbeKind];

/** Of all kinds; what only one of them has, is only found there. */
export const PROBE_DESCRIPTIONS: Readonly<Record<ProbeFields, string>> = {
  kind: '',
  name: 'Name of the probe, unique in its watch.',
  initialDelayMs: 'From the end of the deploy to the first measurement.',
  intervalMs: 'Between two measurements.',
  count: 'Measurements that must have been made. Those that failed to measure do not count.',
  failureLimit:
    'How many may say that the version is bad. One more ends the watch: it has proved bad.',
  inconclusiveLimit: 'How many may say neither. One more asks a person.',
  consecutiveErrorLimit:
    'How many in a row may fail to measure. One more asks a person; it never rolls back.',
  consecutiveSuccessLimit: 'So many good ones in a row end it early. Without it `count` decides.',
  timeoutMs: 'How long one measurement may take.',
  shadow: 'Whether it is measured and shown, and decides nothing.',
  baseline: 'Compares its value with what was measured before the deploy.',
  url: 'The address that is asked.',
  status: 'Status codes that are good.',
  contains: 'Text that the body must contain. `{digest}` and `{sha}` are filled in.',
  maxLatencyMs: 'A slower answer is bad.',
  command: `${CHECKOUT} that is deployed.`,
  address: 'Where Prometheus answers.',
  query: 'In PromQL; its answer is one number.',
  good: 'Good within it, both ends included.',
  bad: 'Bad within it. Without it all that is not good is bad; with it what is neither says neither.',
};

export const PROBE_KIND_DESCRIPTIONS: Readonly<Record<ProbeKind, string>> = {
  http: 'Asks an address. Its value is the latency in milliseconds.',
  command:
    'Runs a command: 0 is good, 75 could not measure, 76 says neither, everything else is bad. Its value is the ' +
    'number on the last line of its output, if there is one.',
  prometheus: 'Asks Prometheus for one number.',
};

export const BASELINE_DESCRIPTIONS: Words<NonNullable<ProbeRules['baseline']>> = {
  maxRatio: 'The value may be so many times as large as before.',
  samples: 'Measurements before the deploy; their median counts.',
};

export const RANGE_DESCRIPTIONS = {
  min: 'The least value. Without it, there is none.',
  max: 'The largest value. Without it, there is none.',
} as const;
