// What was deployed must be what answers.
const { ONCEWARD_ENVIRONMENT: environment, ONCEWARD_DIGEST: digest } = process.env;
const { url } = await (
  await fetch(`${process.env['PLATFORM']}/environments/${environment}`)
).json();
const text = await (await fetch(url)).text();
if (!text.endsWith(`as ${digest}`)) {
  console.error(`${environment} answers "${text}"`);
  process.exitCode = 1;
}
