// Time limit: 180 s
// The pipeline of the demonstration, with coding agents in place of its scripts: each replays what Claude Code or
// Codex writes and does the script's work as a tool would, and the defect is mended on the remote's main.
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse, stringify } from 'yaml';
import { itemUsage } from '../../machines/item/context.ts';
import { makeDemoFolder } from '../../services/demo/demo-folder.ts';
import { readLanding } from '../../services/demo/landing.ts';
import { FAKE_AGENT, startFleet } from '../support/agent-fleet.ts';
import { localClock } from '../support/local-clock.ts';
import { stopNatsServer } from '../support/nats-server.ts';
import { within } from '../support/within.ts';

interface DemoStage {
  kind: string;
  command?: string;
  [field: string]: unknown;
}

interface DemoConfiguration {
  projects: Record<string, { pipeline: string }>;
  pipelines: { standard: { stages: DemoStage[] } };
}

/** The configuration of the demonstration; its project has a name of its own on the shared server. */
function withAgents(text: string, adapter: string): string {
  const { projects, pipelines, ...others } = parse(text) as DemoConfiguration;
  const stages = pipelines.standard.stages.map(({ command, ...stage }) => {
    if (stage.kind !== 'agent') return { ...stage, ...(command === undefined ? {} : { command }) };
    const agent = { adapter, executable: FAKE_AGENT };
    return { ...stage, agent, env: { FAKE_AGENT_WORK: command } };
  });
  const demo = projects['shop'];
  return stringify({
    ...others,
    projects: { [adapter]: demo },
    pipelines: { standard: { stages } },
  });
}

for (const adapter of ['claude', 'codex']) {
  test(
    `an item goes through the whole pipeline of the demonstration with agents of ${adapter}`,
    within(80_000, async () => {
      const folder = await makeDemoFolder(process.env);
      const { configurationFile, remote } = folder;
      writeFileSync(
        configurationFile,
        withAgents(readFileSync(configurationFile, 'utf8'), adapter),
      );
      const fleet = await startFleet({ configuration: configurationFile, remote });

      await fleet.submit(`${adapter}.issue-42`, { title: 'A discount is too small' });
      const item = await fleet.item(`${adapter}.issue-42`, 'done');

      await fleet.stop();
      const landing = await readLanding(folder, localClock);
      await folder.remove();
      assert.equal(
        item.runs.map(({ stage, attempt, verdict }) => [stage, attempt, verdict.kind]),
        ['analysis', 'development', 'review', 'approval', 'release'].map((stage) => [
          ...[stage, 1, 'pass'],
        ]),
      );
      assert.is(item.isLanded, true);
      assert.is(landing.test.exitCode, 0);
      assert.is(item.runs.filter(({ usage }) => usage !== undefined).length, 3);
      assert.ok(itemUsage(item).outputTokens > 0);
    }),
  );
}

test.after(() => stopNatsServer());
test.run();
