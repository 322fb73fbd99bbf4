import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export type ChromiumSearch =
  | { readonly type: 'found'; readonly path: string }
  /** `advice`: what to do about it, as a sentence for the person at the terminal. */
  | { readonly type: 'missing'; readonly advice: string };

const commands = [
  ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  ...['google-chrome-beta', 'chrome', 'brave-browser', 'microsoft-edge'],
];

const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  '/snap/bin/chromium',
  ...['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) => {
    const folder = process.env[variable];
    if (folder === undefined) return [];
    return [
      join(folder, 'Google/Chrome/Application/chrome.exe'),
      join(folder, 'Chromium/Application/chrome.exe'),
      join(folder, 'Microsoft/Edge/Application/msedge.exe'),
    ];
  }),
];

/** Looks for a Chrome or Chromium: `CHROMIUM_PATH`, then the PATH, then where installers put it. */
export function findChromium(): ChromiumSearch {
  const configured = process.env['CHROMIUM_PATH'];
  if (configured !== undefined && configured !== '') {
    if (isExecutable(configured)) return { type: 'found', path: configured };
    return { type: 'missing', advice: `CHROMIUM_PATH is ${configured}: no program is there.` };
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = folders.flatMap((folder) => commands.map((command) => join(folder, command)));
  const path = [...onPath, ...places].find(isExecutable);
  return path === undefined ? { type: 'missing', advice: advice() } : { type: 'found', path };
}

/** As `findChromium`, and installs one by apt where that needs nobody's password. */
export function provideChromium(): ChromiumSearch {
  const search = findChromium();
  if (search.type === 'found' || !canInstall()) return search;
  console.log('No Chrome or Chromium here: installing chromium by apt-get.');
  // With CHROMIUM_PATH wrong, `findChromium` stays `missing`: the user's word is not overruled.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const rest of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { status } = spawnSync('apt-get', rest, {
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) break;
  }
  return findChromium();
}

/** Path of the browser, or an error that says how to get one. */
export function requireChromium(): string {
  const search = findChromium();
  if (search.type === 'missing') throw new Error(search.advice);
  return search.path;
}

function advice(): string {
  const how =
    process.platform === 'linux'
      ? 'on Debian or Ubuntu: sudo apt-get install chromium'
      : 'from https://www.google.com/chrome';
  return `The browser tests need Chrome or Chromium and found none; install one (${how}), or set CHROMIUM_PATH to its program.`;
}

function canInstall(): boolean {
  const configured = process.env['CHROMIUM_PATH'] ?? '';
  return configured === '' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
