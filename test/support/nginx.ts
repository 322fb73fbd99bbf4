import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './freePorts.ts';
import { findSystemProgram } from './systemProgram.ts';

/** nginx as a process of its own with a file of `server` blocks, on free ports of this machine. */

export interface NginxPrograms {
  readonly nginx: string;
  readonly openssl: string;
}

/** null: one is missing, which is told, and what needs them is skipped. */
export function findNginx(): NginxPrograms | null {
  const nginx = findSystemProgram('nginx');
  const openssl = findSystemProgram('openssl');
  if (nginx !== null && openssl !== null) return { nginx, openssl };
  console.log(
    'The tests of a proxy need nginx and openssl; install them, on Debian or Ubuntu: sudo apt-get install nginx-light openssl',
  );
  return null;
}

export interface Nginx {
  readonly httpPort: number;
  readonly httpsPort: number;
  /** Its certificate, which it signed itself, in PEM. */
  readonly certificate: string;
  dispose(): Promise<void>;
}

export interface NginxSite {
  /** `server` blocks with ports 80 and 443. */
  readonly text: string;
  readonly serverName: string;
  /** The relay's. */
  readonly upstreamPort: number;
}

const patienceMs = 20_000;

/** Of the text nothing is changed but ports, addresses and where the certificate is. */
export async function startNginx(programs: NginxPrograms, site: NginxSite): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'nginx-'));
  const [httpPort, httpsPort] = (await freePorts(2)) as [number, number];
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  makeCertificate(programs.openssl, { key, certificate, name: site.serverName });
  const blocks = site.text
    .replaceAll(/^ *listen \[::\].*\n/gm, '')
    .replaceAll('listen 80;', `listen 127.0.0.1:${httpPort};`)
    .replaceAll('listen 443 ', `listen 127.0.0.1:${httpsPort} `)
    .replaceAll('http://127.0.0.1:3001;', `http://127.0.0.1:${site.upstreamPort};`)
    .replaceAll(/ssl_certificate .*;/g, `ssl_certificate ${certificate};`)
    .replaceAll(/ssl_certificate_key .*;/g, `ssl_certificate_key ${key};`);
  writeFileSync(join(folder, 'site.conf'), blocks);
  writeFileSync(join(folder, 'nginx.conf'), mainFile(folder));
  const args = ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'];
  const child = spawn(programs.nginx, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((done) => child.once('exit', done));
  // Nobody else would end it if this process ends early.
  process.once('exit', () => child.kill('SIGKILL'));
  const dispose = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };

  let written = '';
  await new Promise<void>((done, fail) => {
    const onEnd = (): void => fail(new Error(`nginx does not run. It wrote:\n${written}`));
    const timer = setTimeout(onEnd, patienceMs);
    child.once('exit', onEnd);
    child.stderr.on('data', (data: Buffer) => {
      written += data;
      // It listens when it says so.
      if (!written.includes('event method')) return;
      clearTimeout(timer);
      done();
    });
  });
  return { httpPort, httpsPort, certificate: readFileSync(certificate, 'utf8'), dispose };
}

/** One process, whoever starts it, and nothing outside the folder. */
function mainFile(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return [
    'daemon off;',
    'master_process off;',
    'error_log stderr notice;',
    `pid ${folder}/pid;`,
    'events {}',
    'http {',
    'access_log off;',
    ...temporary.map((name) => `${name}_temp_path ${folder}/${name};`),
    'include site.conf;',
    '}\n',
  ].join('\n');
}

function makeCertificate(
  openssl: string,
  { key, certificate, name }: { key: string; certificate: string; name: string },
): void {
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const whose = ['-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  const files = ['-keyout', key, '-out', certificate];
  execFileSync(openssl, ['req', ...kind, ...whose, ...files], { stdio: 'ignore' });
}
