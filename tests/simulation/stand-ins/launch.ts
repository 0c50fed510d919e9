// Takes the place of services/workers/launch.ts: an agent of the simulated machine says what it has used, and how it
// ends, as JSON. How the real tools say it is the business of their adapters.
import { type AgentOutput, plainOutput } from '../../../services/workers/agent-output.ts';
import type { AgentReport } from '../../../services/workers/job-facts.ts';
import type { Launch, LaunchOptions } from '../../../services/workers/launch.ts';
import type { Said } from '../spending.ts';

export async function prepareLaunch({ job, deps, log }: LaunchOptions): Promise<Launch> {
  const { agent, command = '' } = job.stage;
  if (agent === undefined) return { invocation: { command }, output: plainOutput(log) };
  const executable = agent.executable ?? '';
  return { invocation: { argv: [executable], input: '' }, output: readSaid(deps.machine) };
}

function readSaid(machine: string): AgentOutput {
  let report: AgentReport = {};
  let end: Said['end'];
  return {
    take(chunk) {
      const said = JSON.parse(Buffer.from(chunk).toString()) as Said;
      end = said.end ?? end;
      report = { usage: said.usage, session: { id: said.session, machine } };
    },
    tokens: () => report.usage?.outputTokens ?? 0,
    report: () => report,
    conclude: () => ({ cause: 'exit-code', ...end }),
  };
}
