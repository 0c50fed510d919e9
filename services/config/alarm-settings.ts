// Who is told of alarms, besides the log and the audit.
// It must never hold a secret: what signs a webhook, or leads to Slack, stands in the environment, and only its name stands here.
import { z } from 'zod';

/** Without credentials: they would be printed with the settings. */
export const WEBHOOK = /^https?:\/\/(?![^/?#]*@)[^\s/?#]+\S*$/;
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export const alarmSettingsSchema = z.strictObject({
  command: z
    .string()
    .min(1)
    .max(4_000)
    .optional()
    .describe(
      'Run by `sh -c` on the host that raised the alarm, with the alarm as JSON on standard input and in ' +
        '`ONCEWARD_ALARM_*` variables, for 30 s at most. Of the host’s own environment it sees little more ' +
        'than `PATH` and `HOME`.',
    ),
  webhook: z
    .string()
    .max(2_000)
    .regex(WEBHOOK, 'expected an address that begins with http:// or https://, without credentials')
    .refine((text) => !WEBHOOK.test(text) || URL.canParse(text), 'no address can be read from it')
    .optional()
    .describe(
      'The alarm is posted here as JSON, up to three times until it is taken, always under the same ' +
        '`Idempotency-Key`.',
    ),
  webhookSecretVariable: z
    .string()
    .max(200)
    .regex(VARIABLE_NAME, 'expected the name of an environment variable')
    .optional()
    .describe(
      'Environment variable of the host that holds the secret of the webhook. Each request is then signed: ' +
        '`X-Onceward-Signature-256: sha256=<HMAC of the body>`.',
    ),
  slackWebhookVariable: z
    .string()
    .max(200)
    .regex(VARIABLE_NAME, 'expected the name of an environment variable')
    .optional()
    .describe(
      'Environment variable of the host that holds the address of an incoming webhook of Slack, or of what takes ' +
        'the same messages. The alarm is posted there for people to read, up to three times until it is taken.',
    ),
  minIntervalMs: z
    .number()
    .int()
    .min(0)
    .max(86_400_000)
    .default(60_000)
    .describe('How long nobody is told again of the same reason for the same address.'),
});

/** The settings of alarms with every default filled in. */
export type AlarmSettings = z.output<typeof alarmSettingsSchema>;
