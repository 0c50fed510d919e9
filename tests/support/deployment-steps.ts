// A deployment in the hands of a test: items come to it, workers take its lease, steps end, probes are measured.
// It must never make a record by hand: what stands in one, the machine has written.
import type { Artifact } from '../../machines/deployment/artifact.ts';
import type { DeploymentContext } from '../../machines/deployment/context.ts';
import { type Stage, stageSchema } from '../../machines/pipeline.ts';
import type { Stored } from '../../machines/record.ts';
import { deploymentContextOf } from '../../machines/typed-context.ts';
import {
  ask,
  OPENED_AT_MS,
  openActor,
  type StageInput,
  type Step,
  type StepMaker,
  storedAfter,
  type TestActor,
  tell,
} from './machine-steps.ts';

export const STAGING = 'deployment.shop.staging';
export const PRODUCTION = 'deployment.shop.production';

const IMAGE = 'registry.example.com/acme/shop';

/** Told from others by one digit. */
export function commit(digit: string | number): string {
  return String(digit).repeat(40);
}

export function digestOf(digit: string | number): string {
  return `sha256:${String(digit).repeat(64)}`;
}

export function artifact(digit: string, environment = 'staging'): Artifact {
  return {
    ...{ sha: commit(digit), image: IMAGE, digest: digestOf(digit) },
    ...{ statement: '{"_type":"https://in-toto.io/Statement/v1"}', environment },
    builtAtMs: OPENED_AT_MS + Number(digit),
  };
}

export interface DeployInput {
  /** Of the rules; added to those of the tests. */
  deploy?: Record<string, unknown>;
  stage?: StageInput;
}

const LATENCY = {
  ...{ kind: 'http', name: 'latency', url: 'http://shop.example.com/health' },
  ...{ initialDelayMs: 60_000, intervalMs: 60_000, count: 6, failureLimit: 1 },
  ...{ maxLatencyMs: 500, baseline: { maxRatio: 2, samples: 3 } },
};
const ORDERS = {
  ...{ kind: 'prometheus', name: 'orders', address: 'http://prometheus.example.com' },
  ...{ query: 'rate(orders[1m])', good: { min: 10 }, initialDelayMs: 60_000, intervalMs: 60_000 },
  ...{ count: 3, shadow: true },
};

/** Two probes, of which one is a shadow. */
export const WATCHED = { watch: { probes: [LATENCY, ORDERS] } };

function deployStage({ deploy = {}, stage = {} }: DeployInput, environment: string): Stage {
  return stageSchema.parse({
    ...{ name: environment, kind: 'deploy', ...stage },
    deploy: {
      environment,
      image: { name: IMAGE },
      deploy: { command: './deploy.sh' },
      ...deploy,
    },
  });
}

function openDeployment(address = PRODUCTION, atMs = OPENED_AT_MS): TestActor {
  return openActor(address, tell('open', {}, atMs));
}

/** The record of production after these steps. @throws where one of them is refused */
export function deploymentAfter(...steps: (Step | StepMaker)[]): Stored {
  return deploymentOf(PRODUCTION, ...steps);
}

/** The same of another environment. */
export function deploymentOf(address: string, ...steps: (Step | StepMaker)[]): Stored {
  return storedAfter(openDeployment(address), ...steps);
}

/** `item` is one digit: its commit and its image are made of it. */
export function request(
  item: string,
  input: DeployInput = {},
  more: Record<string, unknown> = {},
): Step {
  const { environment = 'production', ...told } = more;
  const settings = {
    stage: deployStage(input, String(environment)),
    ...{ repository: '', baseBranch: 'main', digest: 'd1' },
    ...{ sinceMs: OPENED_AT_MS, reminderMs: 3_600_000 },
  };
  return tell('request', {
    ...{ item, stage: String(environment), attempt: 1, title: `change ${item}` },
    ...{ headSha: commit(item), sha: commit(item), artifact: artifact(item) },
    ...{ passes: [{ environment: 'staging', digest: digestOf(item) }], settings, ...told },
  });
}

export const take = ask('take', { worker: 'worker-1', machine: 'm1' });

/** Reports carry the lease that was taken, and the operation it was used for. */
export function report(type: string, data: Record<string, unknown> = {}): StepMaker {
  return (stored) => {
    const { holder, operation } = contextOf(stored);
    return ask(type, { token: holder?.token ?? 1, operation: operation?.number ?? 1, ...data });
  };
}

export const assessed = report('assessed', {
  ...{ isOnBase: true, isContained: false, isNeeded: true },
});

/** With the image and the commit that are under way. */
function ofRelease(type: string, more: Record<string, unknown> = {}): StepMaker {
  return (stored) => {
    const { release, operation } = contextOf(stored);
    const digest = operation?.target?.digest ?? release?.artifact?.digest ?? '';
    return report(type, { digest, ...more })(stored);
  };
}

export const checked: StepMaker = (stored) => {
  const findings = ['tag', 'revision', 'statement'].map((check) => ({
    ...{ check, isMet: true, detail: `${check} is as expected` },
  }));
  return ofRelease('checked', { sha: contextOf(stored).release?.sha, findings })(stored);
};

/** The tag in the registry speaks of another image. */
export const mismatched: StepMaker = (stored) => {
  const findings = [
    { check: 'tag', isMet: false, detail: `expected ${digestOf('1')}, found ${digestOf('9')}` },
    { check: 'revision', isMet: true, detail: 'as expected' },
    { check: 'statement', isMet: true, detail: 'as expected' },
  ];
  return ofRelease('checked', { sha: contextOf(stored).release?.sha, findings })(stored);
};

export const promoted = ofRelease('promoted', {
  baselines: [{ probe: 'latency', value: 100 }],
  steps: [{ step: 'tag', key: 'k-tag', result: 'moved', durationMs: 1_200 }],
});
export const deployed = ofRelease('deployed', {
  steps: [{ step: 'deploy', key: 'k-deploy', result: 'exit 0', durationMs: 42_000 }],
});
export const rolledBack = ofRelease('rolled-back');

/** One round of the watch, by the outcome and the value of the latency. */
export function measured(
  outcome: 'good' | 'bad' | 'inconclusive' | 'error',
  value: number | null,
  detail = '',
): StepMaker {
  return (stored) => {
    const orders = { probe: 'orders', outcome: 'good', value: 12, detail: '12 a minute' };
    const results = [{ probe: 'latency', outcome, value, detail }, orders];
    return report('measured', { round: contextOf(stored).watch?.round ?? 1, results })(stored);
  };
}

/** The next measurement has its time, and a worker takes it. */
export const due: StepMaker = ({ record }) => {
  const atMs = record.context.deadlines['measure-due'] ?? 0;
  return { type: 'measure-due', data: {}, door: 'deadline', atMs };
};

/** From its request to the end of its deploy. */
export const untilDeployed = [take, assessed, checked, promoted, deployed];

export function failed(kind: string, phase: string, more: Record<string, unknown> = {}): StepMaker {
  return report('failed', { kind, phase, cause: 'exit-code', summary: 'it said no', ...more });
}

function contextOf({ record }: Stored): DeploymentContext {
  return deploymentContextOf(record);
}
