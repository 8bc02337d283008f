import { OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';

/** How functions are bundled (docs/adr/0001); the tests that weigh a bundle use it, too. */
export const BUNDLING = {
  format: OutputFormat.CJS, // loads faster than an ES module
  target: 'node24',
  minify: true,
  mainFields: ['module', 'main'],
};
