// Every file that is made from the code, with the function that makes it.
// A page that is not listed here is written by hand.
import { renderEnvExample } from '../../services/config/environment.ts';
import { renderJsonSchema } from '../../services/config/json-schema.ts';
import { renderConfigurationPage } from '../../services/config/reference.ts';
import { renderCliPage } from '../../services/inspect/cli-page.ts';
import { renderOutputSchema } from '../../services/inspect/documents/output-schema.ts';
import { readAdrs, renderAdrIndex } from './adr-index.ts';
import { renderErrorsPage } from './errors-page.ts';
import { renderDashboard } from './grafana-dashboard.ts';
import { renderLifecyclePage } from './lifecycle-page.ts';
import { renderMetricsPage } from './metrics-page.ts';
import { projectFiles } from './tidy-files.ts';

/** Path, relative to the top of the repository, and the whole text. */
export const GENERATED_PAGES: Readonly<Record<string, () => string>> = {
  '.env.example': renderEnvExample,
  'docs/adr/README.md': () => renderAdrIndex(readAdrs(projectFiles())),
  'docs/cli-output.schema.json': renderOutputSchema,
  'docs/cli.md': renderCliPage,
  'docs/configuration.md': renderConfigurationPage,
  'docs/errors.md': renderErrorsPage,
  'docs/grafana-dashboard.json': renderDashboard,
  'docs/lifecycle.md': renderLifecyclePage,
  'docs/metrics.md': renderMetricsPage,
  'docs/onceward.schema.json': renderJsonSchema,
};
