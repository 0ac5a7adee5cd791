// npm run deploy -- <app> [options of func]: checks the project, then has `func` publish the bundle to Azure.
import { spawnSync } from 'node:child_process';
import { fail } from './commandLine';

const [app, ...options] = process.argv.slice(2);
// The names Azure allows, which also keeps a shell from reading anything into one.
if (
  !app ||
  !/^[A-Za-z0-9][A-Za-z0-9-]{0,58}[A-Za-z0-9]$/.test(app) ||
  !options.every((option) => /^[\w./=:-]+$/.test(option))
) {
  fail('Usage: npm run deploy -- <name of the function app> [options of "func azure functionapp publish"]');
}

/** Runs a command in view of the user; ends this program where it fails. */
function run(command: string, args: string[], whenMissing: string): void {
  console.log(`> ${command} ${args.join(' ')}`);
  // On Windows both commands are scripts, which only a shell starts; what is passed on has been checked above.
  const { error, status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (error) fail(`${whenMissing} (${error.message})`);
  if (status !== 0) fail(`${command} failed; nothing is deployed that was not before.`);
}

run('npm', ['run', '--silent', 'check'], 'npm is not there');
run(
  'func',
  // The bundle has all it needs: no node_modules to upload, nothing for Azure to build.
  ['azure', 'functionapp', 'publish', app, '--no-build', ...options],
  'The Azure Functions Core Tools are not there: https://learn.microsoft.com/azure/azure-functions/functions-run-local',
);
