// The registry of sentences by which a forge says that a job failed for want of a machine, and not by its steps.
// What is not in it is the product's fault: unknown must never excuse a failure.

export interface Evidence {
  /** For people: what it shows. */
  shows: string;
  pattern: RegExp;
  /** Where the wording was seen. */
  source: string;
}

/** Frozen: extending it is a reviewed change, with the source of the wording. */
export const INFRASTRUCTURE_EVIDENCE: readonly Evidence[] = [
  {
    shows: 'the runner was lost',
    pattern: /\bthe (?:self-)?hosted runner\b[^\n]{0,200}? lost communication with the server\b/i,
    source: 'https://github.com/actions/runner/issues/2624',
  },
  {
    shows: 'the runner was lost',
    pattern:
      /\bthe hosted runner encountered an error while running your job\. \(Error Type: (?:Disconnect|Failure)\)/i,
    source: 'https://github.com/actions/runner-images/issues/10401',
  },
  {
    shows: 'the runner was taken away',
    pattern:
      /\breceived request to deprovision: the request was cancelled by the remote provider\b/i,
    source: 'https://github.com/actions/runner-images/issues/7897',
  },
  {
    shows: 'the runner was shut down',
    pattern:
      /\bthe runner has received a shutdown signal\. this can happen when the runner service\b/i,
    source: 'https://github.com/actions/runner/issues/2427',
  },
  {
    shows: 'no runner took the job',
    pattern: /\bthe job was not acquired by runner of type \w+ even after multiple attempts\b/i,
    source: 'https://github.com/spdk/spdk/issues/3876',
  },
  {
    shows: 'the account may not start jobs',
    pattern:
      /\bthe job was not started because recent account payments have failed or your spending limit needs to be increased\b/i,
    source: 'https://github.com/nodejs/admin/issues/980',
  },
  {
    shows: 'the account may not start jobs',
    pattern: /\bthe job was not started because your account is locked due to a billing issue\b/i,
    source: 'https://github.com/fontanierh/boxology/issues/734',
  },
  {
    shows: 'the forge failed',
    pattern: /\bgithub actions has encountered an internal error when running your job\b/i,
    source: 'https://github.com/actions/runner-images/issues/6131',
  },
  {
    // Only of the runner's own log: a test that fills a disk prints the second half, too.
    shows: 'the disk of the runner is full',
    pattern: /\bSystem\.IO\.IOException: No space left on device : '[^'\n]{0,300}\/_diag\//,
    source: 'https://github.com/actions/runner-images/issues/10699',
  },
];

/** What a check's own words show of its runner; null when they show nothing. */
export function infrastructureEvidence(summary: string): string | null {
  return INFRASTRUCTURE_EVIDENCE.find(({ pattern }) => pattern.test(summary))?.shows ?? null;
}
