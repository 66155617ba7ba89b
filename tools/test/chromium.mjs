/**
 * Finds the Chromium that the tests drive, the SwiftShader (a software GPU) that comes with it, and the Vulkan loader
 * through which Node's WebGPU reaches it; on Debian and Ubuntu it installs them when they are missing and this user may.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ICD_FILE = 'vk_swiftshader_icd.json';

const BROWSERS = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
    '/opt/google/chrome/chrome',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: ['C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'],
};

const HOW_TO =
  'The tests need Chromium with its SwiftShader, and on Linux the Vulkan loader. Install them (Debian or Ubuntu: ' +
  'apt-get install chromium libvulkan1; elsewhere: Chrome or Chromium from its maker, and libvulkan.so.1) or name the ' +
  'two files: CHROMIUM_PATH=/path/to/chromium ' +
  `SWIFTSHADER_ICD=/path/to/${ICD_FILE} npm test`;

/** @returns {{ browser: string, icd: string }}  Throws an Error that says what to do where there is none. */
export function findOrInstallChromium() {
  let found = find();
  if ((found === null || !hasVulkanLoader()) && installWithApt()) found = find();
  if (found === null || !hasVulkanLoader()) throw new Error(HOW_TO);
  return found;
}

/** Chromium brings a loader of its own, which Node does not see. */
function hasVulkanLoader() {
  if (process.platform !== 'linux') return true;
  const { stdout } = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' });
  // No ldconfig (musl): the tests themselves will say what is missing.
  return stdout === null || stdout.includes('libvulkan.so.1');
}

function find() {
  const candidates = [process.env.CHROMIUM_PATH, ...(BROWSERS[process.platform] ?? [])];
  const browser = candidates.find((path) => path && existsSync(path));
  if (!browser) return null;
  const folders = [dirname(realpathSync(browser)), '/usr/lib/chromium', '/opt/google/chrome'];
  const icd = [process.env.SWIFTSHADER_ICD, ...folders.map((folder) => join(folder, ICD_FILE))].find(
    (path) => path && existsSync(path),
  );
  return icd ? { browser, icd } : null;
}

function installWithApt() {
  if (process.platform !== 'linux' || spawnSync('apt-get', ['--version']).status !== 0) return false;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && spawnSync('sudo', ['-n', 'true']).status !== 0) return false;
  console.log('Chromium or the Vulkan loader is missing: installing them with apt-get (a minute or two) …');
  const apt = (...args) =>
    spawnSync(isRoot ? 'apt-get' : 'sudo', isRoot ? args : ['apt-get', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  return apt('-qq', 'update') && apt('-qq', 'install', '-y', 'chromium', 'libvulkan1');
}
