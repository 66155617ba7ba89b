/** Finds the Firefox that the smoke test drives; on Debian it installs it when it is missing and this user may. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Puppeteer drives it by WebDriver BiDi; WebGPU on Linux is behind a preference since 141. */
const PLACES = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** @returns {string | null} null: there is none, and none can be installed */
export function findOrInstallFirefox() {
  // Elsewhere no software adapter is known to be there.
  if (process.platform !== 'linux') return null;
  return find() ?? (installWithApt() ? find() : null);
}

function find() {
  return [process.env.FIREFOX_PATH, ...PLACES].find((path) => path && existsSync(path)) ?? null;
}

function installWithApt() {
  if (spawnSync('apt-get', ['--version']).status !== 0) return false;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && spawnSync('sudo', ['-n', 'true']).status !== 0) return false;
  console.log('Firefox is missing: installing it with apt-get …');
  const [command, ...first] = isRoot ? ['apt-get'] : ['sudo', 'apt-get'];
  const apt = (...args) =>
    spawnSync(command, [...first, ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  return apt('-qq', 'update') && apt('-qq', 'install', '-y', 'firefox-esr');
}
