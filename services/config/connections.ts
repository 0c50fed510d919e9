// Whose credentials are used towards trackers and forges. Their rate limits hold for each connection alone.
// It must never hold a secret, only the names of the host's environment variables that do.
import { z } from 'zod';
import { VARIABLE_NAME, WEBHOOK } from './alarm-settings.ts';

/** How tokens of well-known services begin; they would pass as names of variables. */
const TOKEN_BEGINS = /^(?:gh[oprsu]_|github_pat_|plane_api_|xox[a-z]_|npm_|hf_|[rs]k_live_)/;

const variable = (meaning: string) =>
  z
    .string()
    .max(200)
    .regex(VARIABLE_NAME, 'expected the name of an environment variable')
    .refine((name) => !TOKEN_BEGINS.test(name), {
      message:
        'expected the name of an environment variable of the host; this looks like the secret ' +
        'itself, which belongs into that variable (and should be revoked if this file was shared)',
    })
    .describe(meaning);

const apiUrl = (fallback: string, meaning: string) =>
  z
    .string()
    .max(2_000)
    .regex(WEBHOOK, 'expected an address that begins with http:// or https://, without credentials')
    .refine((text) => !WEBHOOK.test(text) || URL.canParse(text), 'no address can be read from it')
    .default(fallback)
    .describe(meaning);

const appSchema = z.strictObject({
  id: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).describe('Number of the GitHub App.'),
  installationId: z
    .number()
    .int()
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .describe('Number of its installation, the last part of the address of its settings page.'),
  privateKeyVariable: variable(
    'Environment variable of the host that holds the private key: the text of the .pem file, with line ' +
      'breaks, with `\\n` in their place, or in base64.',
  ),
});

const webhookSecretVariable = variable(
  'Environment variable of the host that holds the secret of the webhook. Without it no webhook is taken, and ' +
    'news are found every `reconcileMs` only.',
).optional();

const githubSchema = z.strictObject({
  kind: z.literal('github').describe('GitHub, or a GitHub Enterprise server.'),
  apiUrl: apiUrl(
    'https://api.github.com',
    'Address of the API; that of an Enterprise server ends in `/api/v3`.',
  ),
  tokenVariable: variable(
    'Environment variable of the host that holds a token. This or `app`.',
  ).optional(),
  app: appSchema
    .optional()
    .describe('A GitHub App to act as. This or `tokenVariable`; an App has higher limits.'),
  webhookSecretVariable,
});

const planeSchema = z.strictObject({
  kind: z.literal('plane').describe('Plane, in the cloud or self-hosted.'),
  apiUrl: apiUrl('https://api.plane.so', 'Address of the API, without `/api/v1`.'),
  workspace: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected the short name of a workspace, as in its address')
    .describe('Short name of the workspace, as it stands in its address.'),
  tokenVariable: variable('Environment variable of the host that holds an API key.'),
  webhookSecretVariable,
});

export const connectionSchema = z.discriminatedUnion('kind', [githubSchema, planeSchema]);

export type ConnectionSettings = z.output<typeof connectionSchema>;
