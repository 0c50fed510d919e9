// Several workers may build the same commit; the record takes one image, and no builder reaches beyond its folder.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lackingTool } from '../../../../services/workers/isolation/isolation.ts';
import { isGroupAlive } from '../../../../transport/process/group-termination.ts';
import { eventually } from '../../../support/eventually.ts';
import { buildCommand } from '../../../support/oci-image.ts';
import { within } from '../../../support/within.ts';
import { deployFixture } from './deploy-fixture.ts';

const LIMIT_MS = 60_000;
const LOOK_MS = 20;
const PROCESS = { kind: 'process', noNewPrivileges: false, network: true } as const;
const SANDBOX = { ...PROCESS, sandbox: 'bubblewrap' } as const;

const lacking = await lackingTool(SANDBOX, { PATH: process.env['PATH'] });
if (lacking !== null) process.stdout.write(`skipped: for real, ${lacking.why}\n`);
const testInSandbox = lacking === null ? test : test.skip;

/** A build that says who it is and waits, unless it is told to go on. */
async function setupHanging() {
  const fixture = await deployFixture();
  const { lab, remote, request } = fixture;
  const sha = await remote.commit('main', 'README.md', '# a shop\n');
  const pidPath = join(lab, 'pid');
  const goPath = join(lab, 'go');
  const wait = `test -e ${goPath} || { echo $$ > ${pidPath}.new; mv ${pidPath}.new ${pidPath}; sleep 60; }`;
  await request('staging', sha, { rules: { build: { command: `${wait}; ${buildCommand()}` } } });
  return {
    ...{ ...fixture, sha, allow: () => writeFileSync(goPath, '') },
    pid: () =>
      eventually(() => existsSync(pidPath) && Number(readFileSync(pidPath, 'utf8')), LOOK_MS),
  };
}

test(
  'a builder that loses its lease is ended, pushes nothing, and another one builds the one image that counts',
  within(LIMIT_MS, async () => {
    const { allow, carry, deployment, image, pid, registry, registryServer, send, sha } =
      await setupHanging();
    const first = carry('staging');
    const group = await pid();
    const { holder } = (await deployment('staging')).context;

    await send('staging', 'holder-lost', {
      ...{ token: holder?.token, worker: 'worker-1', evidence: 'missed' },
    });

    assert.is((await first).outcome, 'lost');
    assert.is(isGroupAlive(group), false);
    const path = image.split('/').slice(1).join('/');
    assert.equal(
      registryServer.requests.filter((one) => one.includes(path)),
      [],
    );
    allow();
    const second = await carry('staging', { worker: 'worker-2' });
    assert.equal(second.types, ['take', 'built', 'checked', 'promoted', 'holder-lost']);
    const { artifacts, operation } = (await deployment('staging')).context;
    const token = second.requests.find(({ type }) => type === 'built')?.data?.['token'];
    const tag = `build-${sha.slice(0, 12)}-${operation?.number}-${token}`;
    assert.is(artifacts.length, 1);
    assert.is(await registry.digestAt(tag), artifacts[0]?.digest);
  }),
);

testInSandbox(
  'a build in a sandbox writes its image where it is told to, and nowhere else',
  within(LIMIT_MS, async () => {
    const { carry, deployment, lab, remote, request } = await deployFixture();
    const sha = await remote.commit('main', 'README.md', '# a shop\n');
    const beyond = join(lab, 'beyond');
    const command = `touch ${beyond}; ${buildCommand()}`;

    await request('staging', sha, {
      rules: { build: { command } },
      stage: { isolation: SANDBOX },
    });
    const { types } = await carry('staging');

    assert.equal(types, ['take', 'assessed', 'built', 'checked', 'promoted', 'holder-lost']);
    assert.is((await deployment('staging')).context.artifacts.length, 1);
    assert.is(existsSync(beyond), false);
  }),
);

test.run();
