// What was deployed must be what answers.
const { ONCEWARD_ENVIRONMENT: environment, ONCEWARD_DIGEST: digest } = process.env;
const { url } = await (
  await fetch(`${process.env['PLATFORM']}/environments/${environment}`)
).json();
const text = await (await fetch(url)).text();
if (!text.endsWith(`as ${digest}`)) {
  process.stderr.write(`${environment} answers "${text}"\n`);
  process.exitCode = 1;
}
