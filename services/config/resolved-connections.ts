// What a host needs to act through its connections: the secrets that the configuration only names.
// It must never put a secret into a message, and never fail: what is missing is said.
import type { ConnectionSettings } from './connections.ts';
import type { Configuration } from './schema.ts';

interface Resolved {
  apiUrl: string;
  webhookSecret?: string;
  /** Why nothing can be asked through it, in words; absent when it can be used. */
  problem?: string;
  /** Why no webhook is taken for it, though one is meant to be; absent otherwise. */
  webhookProblem?: string;
}

/** Of GitHub, with a token or an app; with neither when there is a problem. */
export interface ResolvedGithub extends Resolved {
  kind: 'github';
  token?: string;
  app?: { id: number; installationId: number; privateKey: string };
}

/** Of Plane; without a token when there is a problem. */
export interface ResolvedPlane extends Resolved {
  kind: 'plane';
  workspace: string;
  token?: string;
}

export type ResolvedConnection = ResolvedGithub | ResolvedPlane;

type Variables = Readonly<Record<string, string | undefined>>;

const KEY_BEGINS = '-----BEGIN ';
const KEY_EXPECTED = 'a private key: PEM text, with line breaks or "\\n", or the same in base64';

/** By name. An empty variable counts as not set. Keep what it returns out of logs and records. */
export function resolveConnections(
  { connections }: Pick<Configuration, 'connections'>,
  environment: Variables,
): Map<string, ResolvedConnection> {
  return new Map(
    Object.entries(connections).map(([name, settings]) => {
      const own = resolvedCredentials(settings, environment);
      return [name, { ...own, ...webhookOf(settings, environment) }] as const;
    }),
  );
}

function resolvedCredentials(
  settings: ConnectionSettings,
  environment: Variables,
): ResolvedConnection {
  const { apiUrl, kind } = settings;
  if (kind === 'plane') {
    const { workspace } = settings;
    return { kind, apiUrl, workspace, ...tokenOf(settings.tokenVariable, environment) };
  }
  const { app, tokenVariable } = settings;
  if (app === undefined) return { kind, apiUrl, ...tokenOf(tokenVariable ?? '', environment) };
  const { id, installationId, privateKeyVariable } = app;
  const written = secretIn(privateKeyVariable, environment);
  if (written === undefined) return { kind, apiUrl, problem: unset(privateKeyVariable) };
  const privateKey = pemOf(written);
  if (privateKey === null) {
    const problem = `environment variable ${privateKeyVariable} holds something else than ${KEY_EXPECTED}`;
    return { kind, apiUrl, problem };
  }
  return { kind, apiUrl, app: { id, installationId, privateKey } };
}

function tokenOf(variable: string, environment: Variables) {
  const token = secretIn(variable, environment);
  return token === undefined ? { problem: unset(variable) } : { token };
}

function webhookOf({ webhookSecretVariable: variable }: ConnectionSettings, from: Variables) {
  if (variable === undefined) return {};
  const webhookSecret = secretIn(variable, from);
  return webhookSecret === undefined ? { webhookProblem: unset(variable) } : { webhookSecret };
}

// A secret that was read from a file often ends in a line break, which no service takes.
function secretIn(variable: string, environment: Variables): string | undefined {
  return environment[variable]?.trim() || undefined;
}

function unset(variable: string): string {
  return `environment variable ${variable} is not set on this host`;
}

function pemOf(written: string): string | null {
  const plain = written.replaceAll('\\n', '\n');
  if (plain.startsWith(KEY_BEGINS)) return `${plain}\n`;
  const decoded = Buffer.from(written, 'base64').toString('utf8').trim();
  return decoded.startsWith(KEY_BEGINS) ? `${decoded}\n` : null;
}
