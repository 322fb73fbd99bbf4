import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './support/sourceCode.ts';

interface Locked {
  readonly version?: string;
  readonly optionalDependencies?: { readonly [name: string]: string };
}

// `npm ci` refuses a lock file that lacks one, and `npm install` leaves out those that its registry
// did not offer at that moment.
test('ARCH11 the lock file holds every optional package, for every platform', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: { readonly [path: string]: Locked };
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !placesFor(path, name).some((place) => place in packages))
      .map((name) => `${path} needs ${name}`),
  );
  expect(Object.keys(packages).length).toBeGreaterThan(1);
  expect(missing).toEqual([]);
});

/** Where Node looks: in the package's own folder, then in that of each package it lies in. */
function placesFor(path: string, name: string): readonly string[] {
  if (path === '') return [`node_modules/${name}`];
  const parent = path.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, '');
  return [`${path}/node_modules/${name}`, ...placesFor(parent, name)];
}
