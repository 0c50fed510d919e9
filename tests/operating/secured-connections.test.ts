// The sections `nkeys` and `tls` of nats.conf: a real server with each of them switched on, and who gets in.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { nkeys } from 'nats';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectNats } from '../../transport/nats/connection.ts';
import { startEmbeddedServer } from '../../transport/nats/embedded-server.ts';
import { ensureTopology } from '../../transport/nats/topology.ts';
import { natsServerBinary } from '../support/nats-server.ts';
import { rejects } from '../support/rejects.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { within } from '../support/within.ts';
import { LOGINS, type LoginName, startSecuredServer } from './secured-server.ts';

const LAUNCHER = fileURLToPath(new URL('../../services/launcher.js', import.meta.url));
/** Makes the certificate of the test. */
const OPENSSL = 'openssl';
const seedOf = (key: ReturnType<typeof nkeys.createUser>) =>
  new TextDecoder().decode(key.getSeed());

test(
  'a login with an NKey is its role, and a key that the server does not know gets in nowhere',
  within(20_000, async () => {
    const keys = new Map(LOGINS.map((login) => [login, nkeys.createUser()]));
    const variables = Object.fromEntries(
      [...keys].map(([login, key]) => [`ONCEWARD_${login.toUpperCase()}_NKEY`, key.getPublicKey()]),
    );
    const server = await startSecuredServer({ sections: ['accounts', 'nkeys'], variables });
    const as = (login: LoginName, key = keys.get(login) ?? nkeys.createUser()) =>
      connectNats({
        ...{ url: server.host, name: login, inboxPrefix: `_INBOX.${login}` },
        credentials: () => `${seedOf(key)}\n`,
      });

    const host = await as('host');
    const { partitions } = await ensureTopology(host, { partitions: 2 });
    const worker = await as('worker');
    const forbidden = await worker
      .request('$KV.onceward-runs.a', '{}')
      .catch((error: Error) => error);
    const stranger = await rejects(as('host', nkeys.createUser()), 'PERMISSION_DENIED');

    assert.is(partitions, 2);
    assert.match(String(forbidden), /Permissions Violation/);
    assert.match(stranger.message, /Authorization Violation/);
    await Promise.all([host.close(), worker.close()]);
    await server.stop();
  }),
);

const overTls = 'over TLS whoever trusts the certificate gets in, and nobody else';
const missing = await execa(OPENSSL, ['version']).then(
  () => null,
  () => `there is no ${OPENSSL}`,
);
if (missing !== null) process.stdout.write(`skipped: ${overTls} (${missing})\n`);
(missing === null ? test : test.skip)(
  overTls,
  within(40_000, async () => {
    const tlsFolder = await certify();
    const server = await startSecuredServer({ sections: ['accounts', 'users', 'tls'], tlsFolder });
    const url = server.urlOf('host').replace('nats://', 'tls://');

    const distrusting = await rejects(connectNats({ url, name: 'test' }), 'BROKER_UNAVAILABLE');
    const trusting = await doctor(url, join(tlsFolder, 'server.pem'));

    assert.match(distrusting.message, /self.signed certificate/);
    const fine = trusting.filter(({ isOk }) => isOk).map(({ name }) => name);
    assert.ok(fine.includes('jetstream') && fine.includes('permissions'), fine.join());
    assert.equal(
      trusting.filter(({ name, isOk }) => name.startsWith('nats') && !isOk),
      [],
    );
    await server.stop();
  }),
);

test(
  'an address that asks for TLS sends no login to a server without it',
  within(20_000, async () => {
    const { binary } = await natsServerBinary();
    const stateDir = temporaryDirectory();
    const server = await startEmbeddedServer({ binary, stateDir, report: () => {} });
    const url = server.url.replace('nats://', 'tls://someone:secret@');

    const error = await rejects(connectNats({ url, name: 'test' }), 'BROKER_UNAVAILABLE');

    assert.match(error.message, /does not support 'tls'/);
    assert.not.match(readFileSync(join(stateDir, 'nats-server.log'), 'utf8'), /someone/);
    await server.stop();
  }),
);

test.run();

/** A certificate of our own for the loopback, as docs/operations.md makes it. */
async function certify(): Promise<string> {
  const folder = join(temporaryDirectory(), 'tls');
  await mkdir(folder);
  const subject = ['-subj', '/CN=onceward', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const files = ['-keyout', join(folder, 'server-key.pem'), '-out', join(folder, 'server.pem')];
  await execa(OPENSSL, [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '30',
    ...subject,
    ...files,
  ]);
  return folder;
}

/** The checks of `onceward doctor` in a process that trusts this certificate. */
async function doctor(
  url: string,
  certificate: string,
): Promise<{ name: string; isOk: boolean }[]> {
  const child = spawn(process.execPath, [LAUNCHER, 'doctor', '-o', 'json'], {
    cwd: temporaryDirectory(),
    env: { ...process.env, NATS_URL: url, NODE_EXTRA_CA_CERTS: certificate },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [out] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return (JSON.parse(out) as { checks: { name: string; isOk: boolean }[] }).checks;
}
