// The data to begin with, for each event that people and workers may send to a deployment.
// It must never decide anything: whether one would be accepted is asked of the machine.
import { currentArtifact } from './conditions.ts';
import type { DeploymentContext } from './context.ts';

const by = 'operator';
const lease = ({ holder, operation }: DeploymentContext) => ({
  token: holder?.token ?? 1,
  operation: operation?.number ?? 1,
});
const digest = (context: DeploymentContext) =>
  context.operation?.target?.digest ?? currentArtifact(context)?.digest ?? '';

export const deploymentTemplates = {
  deploy: (context: DeploymentContext) => ({
    ...{ by, reason: '', override: '' },
    artifact: context.artifacts.at(-1) ?? null,
    passes: [],
  }),
  rollback: () => ({ by, reason: '' }),
  hold: () => ({ by, reason: '' }),
  release: () => ({ by, decision: 'retry', reason: '' }),
  take: () => ({ worker: 'publisher', machine: '' }),
  progress: (context: DeploymentContext) => ({
    ...lease(context),
    watermark: (context.holder?.watermark ?? 0) + 1,
    doing: '',
  }),
  assessed: (context: DeploymentContext) => ({
    ...lease(context),
    ...{ isOnBase: true, isContained: false, isNeeded: true, reason: '' },
  }),
  built: (context: DeploymentContext) => ({ ...lease(context), artifact: null, steps: [] }),
  checked: (context: DeploymentContext) => ({
    ...lease(context),
    digest: digest(context),
    sha: context.release?.sha ?? '',
    findings: [],
  }),
  promoted: (context: DeploymentContext) => ({
    ...lease(context),
    ...{ digest: digest(context), baselines: [], steps: [] },
  }),
  deployed: (context: DeploymentContext) => ({
    ...lease(context),
    ...{ digest: digest(context), steps: [] },
  }),
  measured: (context: DeploymentContext) => ({
    ...lease(context),
    round: context.watch?.round ?? 1,
    results: [],
  }),
  'rolled-back': (context: DeploymentContext) => ({
    ...lease(context),
    ...{ digest: digest(context), steps: [] },
  }),
  failed: (context: DeploymentContext) => ({
    ...lease(context),
    ...{ kind: 'infra_error', phase: 'deploy', cause: 'by-hand', summary: '', steps: [] },
  }),
  'holder-lost': (context: DeploymentContext) => ({
    token: context.holder?.token ?? 1,
    worker: context.holder?.worker ?? 'nobody',
    evidence: '',
  }),
} as const;
