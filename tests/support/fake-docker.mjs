// A docker client without a server: its containers are ordinary processes, each in a session of its own. It writes
// down how it was called. Plain JavaScript, because it is started many times and must start quickly.
//
// It must never know more than what these public pages say of the client it plays:
// docs.docker.com/reference/cli/docker/container/run (options, exit code 125, signals handed on by the client),
// and of the same reference: container/ps (filters name, label, id), container/rm (--force), image/inspect, version.
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const STATE = process.env.DOCKER_CONFIG ?? '';
const CONTAINERS = join(STATE, 'containers');
const WITHOUT_VALUE = /^--(rm|init|interactive|read-only|pull=never|entrypoint=)$/;
const IMAGE = 'agents:1';

const [verb, ...rest] = process.argv.slice(2);
if (!existsSync(join(STATE, 'answers'))) fail('Cannot connect to the Docker daemon', 1);
const verbs = { version, image, ps, inspect, rm, run };
(verbs[verb] ?? (() => fail(`unknown command: ${verb}`, 125)))(rest);

function version() {
  say('28.0.0');
}

function image([, , , name]) {
  if (name !== IMAGE) fail(`No such image: ${name}`, 1);
  say('sha256:1');
}

function ps(args) {
  const [kind, wanted] = splitOnce(args[args.indexOf('--filter') + 1]);
  for (const id of readdirSync(CONTAINERS)) {
    const container = read(id);
    const labels = Object.entries(container.labels).map(([name, value]) => `${name}=${value}`);
    const isMeant = {
      name: `^${id}$` === wanted,
      id: id === wanted,
      label: labels.includes(wanted),
    };
    if (isMeant[kind]) say(id);
  }
}

function inspect([, , id]) {
  say(JSON.stringify(read(id).labels));
}

function rm([, id]) {
  if (!existsSync(join(CONTAINERS, id))) fail(`No such container: ${id}`, 1);
  const { groupId } = read(id);
  try {
    process.kill(-groupId, 'SIGKILL');
  } catch {
    // It has ended already.
  }
  rmSync(join(CONTAINERS, id), { force: true });
}

function run(args) {
  appendFileSync(join(STATE, 'runs'), `${JSON.stringify(args)}\n`);
  const options = { '--env': [], '--label': [] };
  let at = 0;
  for (; args[at].startsWith('--'); at += 1) {
    if (WITHOUT_VALUE.test(args[at])) continue;
    const [name, value] = [args[at], args[at + 1]];
    options[name] = Array.isArray(options[name]) ? [...options[name], value] : value;
    at += 1;
  }
  const [name, ...argv] = args.slice(at);
  if (name !== IMAGE) fail(`Unable to find image ${name}`, 125);
  const id = options['--name'];
  if (existsSync(join(CONTAINERS, id))) fail(`The container name ${id} is in use`, 125);
  // A name without a value takes that of the client; nothing else of the client is seen inside.
  const given = options['--env']
    .map(splitOnce)
    .map(([key, value]) => [key, value ?? process.env[key]]);
  const child = spawn(argv[0], argv.slice(1), {
    cwd: options['--workdir'],
    env: { PATH: process.env.PATH, ...Object.fromEntries(given) },
    stdio: 'inherit',
    detached: true,
  });
  const labels = Object.fromEntries(options['--label'].map(splitOnce));
  mkdirSync(CONTAINERS, { recursive: true });
  writeFileSync(join(CONTAINERS, id), JSON.stringify({ groupId: child.pid, labels }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => {
    rmSync(join(CONTAINERS, id), { force: true });
    process.exit(code ?? 128 + { SIGKILL: 9, SIGTERM: 15, SIGINT: 2 }[signal]);
  });
}

function read(id) {
  return JSON.parse(readFileSync(join(CONTAINERS, id), 'utf8'));
}

function splitOnce(text) {
  const at = text.indexOf('=');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function fail(message, code) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
