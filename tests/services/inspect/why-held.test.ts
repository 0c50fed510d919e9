// Why a run is held, from the records of a real host: those of the run, of its item and of its account.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { frozenPipelineSchema } from '../../../machines/item/events.ts';
import { send } from '../../../services/inspect/commands/send.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { wait } from '../../../services/inspect/commands/wait.ts';
import { why } from '../../../services/inspect/commands/why.ts';
import { within } from '../../support/within.ts';
import { startFleet } from './command-fixture.ts';

const timeoutMs = 10_000;
const fleet = await startFleet({
  lab: frozenPipelineSchema.parse({
    ...{ name: 'agents', digest: 'test', limits: {} },
    stages: [{ name: 'build', kind: 'agent', agent: { adapter: 'claude' } }],
  }),
});

async function told(address: string): Promise<string> {
  const { context, out } = fleet.at();
  await why(context, { address });
  return out();
}

test(
  'why of an item whose run is held names the account, as its record stands, and how to resume it',
  within(20_000, async () => {
    const { asker } = fleet.host;
    const claude = 'account.provider.claude';
    const address = 'run.lab.1.build.1';
    await submit(fleet.at().context, { project: 'lab', title: 'x', id: '1', timeoutMs });
    await wait(fleet.at().context, { address: 'lab/1/build/1', for: 'running.queued', timeoutMs });
    await asker.ask({
      address,
      type: 'started',
      data: { epoch: 1, worker: 'worker-1', machine: 'm' },
    });
    const limit = { cause: 'usage-limit', evidence: 'resets 2pm', resetAtMs: Date.now() + 600_000 };
    await asker.ask({ address, type: 'exited', data: { epoch: 1, code: 1, ...limit } });
    await wait(fleet.at().context, { address: claude, for: 'suspended', timeoutMs });
    await submit(fleet.at().context, { project: 'lab', title: 'x', id: '2', timeoutMs });
    const other = { address: 'run.lab.2.build.1', timeoutMs };
    await wait(fleet.at().context, { ...other, for: 'running.queued' });
    const { cause, resetAtMs: untilMs } = limit;
    await asker.ask({
      ...other,
      type: 'hold',
      data: { epoch: 1, account: claude, cause, untilMs },
    });
    const [item, run] = [await told('lab/2'), await told('lab/2/build')];

    assert.match(run, /^state: +running\.held /m);
    assert.match(run, /^waits for: .*suspended \(usage-limit: resets 2pm\) until .*, in 9m\d\ds/m);
    assert.match(item, /which is running\.held; it waits for account\.provider\.claude/);
    assert.match(item, /^ {2}onceward send account\.provider\.claude resume$/m);
    await send(fleet.at().context, { address: claude, type: 'resume', timeoutMs });
    const resumed = await told('lab/2/build');
    assert.match(resumed, /account\.provider\.claude, which is available again/);
  }),
);

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
