// Whether this machine has the secrets that the connections of the configuration name.
// It must never say the value of a variable, nor ask a tracker or forge anything.
import { type ResolvedConnection, resolveConnections } from '../config/resolved-connections.ts';
import type { Configuration } from '../config/schema.ts';
import { type Check, failed, passed } from './check.ts';

export interface ConnectionCheckOptions {
  connections: Configuration['connections'];
  /** As a host on this machine would have it. */
  environment: Readonly<Record<string, string | undefined>>;
}

/** One for each connection. */
export function connectionChecks({ connections, environment }: ConnectionCheckOptions): Check[] {
  const resolved = resolveConnections({ connections }, environment);
  return [...resolved].map(([name, connection]) => {
    const title = `connection ${name}`;
    const problems = [connection.problem, connection.webhookProblem].filter(Boolean);
    if (problems.length === 0) return passed(title, descriptionOf(connection));
    return failed(title, `${problems.join('; ')}; hosts need it, a worker alone does not`);
  });
}

function descriptionOf({ apiUrl, webhookSecret, ...connection }: ResolvedConnection): string {
  const isApp = connection.kind === 'github' && connection.app !== undefined;
  const hooks = webhookSecret === undefined ? 'no webhooks are taken' : 'webhooks are verified';
  return `${connection.kind} at ${apiUrl} with ${isApp ? 'an app' : 'a token'}; ${hooks}`;
}
