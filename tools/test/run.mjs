/**
 * `npm test`: lint, then unit, GPU and browser tests (Chromium, and a smoke test in Firefox), and one closing line `N passed, N failed[, N skipped]`.
 * `node tools/test/run.mjs gpu e2e` runs only the parts named (lint, unit, gpu, e2e, firefox).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOrInstallChromium } from './chromium.mjs';
import { findOrInstallFirefox } from './firefox.mjs';

const PARTS = ['lint', 'unit', 'gpu', 'e2e', 'firefox'];
const wanted = process.argv.length > 2 ? process.argv.slice(2) : PARTS;
const unknown = wanted.filter((part) => !PARTS.includes(part));
if (unknown.length > 0) {
  console.error(`Unknown part "${unknown.join(' ')}". Use any of: ${PARTS.join(' ')}.`);
  process.exit(2);
}

const total = { passed: 0, failed: 0, skipped: 0 };
const scratch = mkdtempSync(join(tmpdir(), 'sasc-lab-test-'));

try {
  const chromium = wanted.some((part) => ['gpu', 'e2e', 'firefox'].includes(part)) ? findOrInstallChromium() : null;
  const env = chromium ? { CHROMIUM_PATH: chromium.browser, SWIFTSHADER_ICD: chromium.icd } : {};
  run('npm', ['run', '-s', 'i18n']);
  if (wanted.includes('lint')) count('lint', run('npm', ['run', '-s', 'lint']) ? { passed: 1 } : { failed: 1 });
  if (wanted.includes('unit')) vitest('unit', ['unit'], env);
  if (wanted.includes('gpu')) {
    vitest('gpu', ['gpu'], env);
    if (process.env.GPU_TEST_DRIVER) vitest('gpu-driver', ['gpu-driver'], env);
  }
  const isBuilt = ['e2e', 'firefox'].some((part) => wanted.includes(part)) && build();
  if (isBuilt && wanted.includes('e2e')) playwright(env);
  if (isBuilt && wanted.includes('firefox')) firefox(env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  total.failed++;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

function run(command, args, env = {}) {
  const shell = process.platform === 'win32';
  return spawnSync(command, args, { stdio: 'inherit', shell, env: { ...process.env, ...env } }).status === 0;
}

function count(part, { passed = 0, failed = 0, skipped = 0 }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  console.log(`— ${part}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
}

/** A part that ends badly counts as failed even when its report says nothing of it (a crash, a worker that died). */
function countReport(part, ok, file, read) {
  let counts;
  try {
    counts = read(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    counts = { failed: 1 };
  }
  if (!ok && !counts.failed) counts.failed = 1;
  count(part, counts);
}

function vitest(part, projects, env) {
  const file = join(scratch, `${part}.json`);
  const args = ['vitest', 'run', ...projects.flatMap((project) => ['--project', project])];
  const ok = run('npx', [...args, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`], env);
  countReport(part, ok, file, (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }));
}

function build() {
  const ok = run('npm', ['run', '-s', 'build']);
  if (!ok) count('build', { failed: 1 });
  return ok;
}

function firefox(env) {
  const browser = findOrInstallFirefox();
  if (browser === null) {
    console.log('No Firefox here (Debian: apt-get install firefox-esr, or FIREFOX_PATH=/path/to/firefox): not tested.');
    return count('firefox', { skipped: 1 });
  }
  const file = join(scratch, 'firefox.json');
  const ok = run('node', ['tests/firefox/smoke.mjs', file], { ...env, FIREFOX_PATH: browser });
  countReport('firefox', ok, file, (report) => report);
}

function playwright(env) {
  const file = join(scratch, 'e2e.json');
  const ok = run('npx', ['playwright', 'test', '--reporter=list,json'], { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file });
  countReport('e2e', ok, file, ({ stats }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
  }));
}
