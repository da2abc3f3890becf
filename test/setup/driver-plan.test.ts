// Which driver is installed where: plans as functions of sources and releases; nothing is installed.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backportsSource, parseSources } from '../../src/setup/apt-sources.mjs';
import { commandsOf, driverPlan, type Machine } from '../../src/setup/driver-plan.mjs';
import { aptSources } from '../../src/setup/system.mjs';

/** As the official images of Debian 12 have it. */
const DEB822 = `Types: deb
# http://snapshot.debian.org/archive/debian/20250520T000000Z
URIs: http://deb.example.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://deb.example.org/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;
const ONE_LINE = `# deb cdrom:[Debian 12]/ bookworm main
deb-src https://mirror.example.org/debian bookworm main
deb [arch=amd64,i386 signed-by=/etc/keys/own.gpg check-valid-until=no] https://mirror.example.org/debian/ bookworm main contrib non-free # ours
deb http://security.example.org/debian-security bookworm-security main
`;
const BOOKWORM = { ID: 'debian', VERSION_ID: '12', VERSION_CODENAME: 'bookworm' };

const source = (name: string, text: string): string | null | undefined => backportsSource(parseSources(name, text), 'bookworm')?.source;

describe('the backports suite of a machine’s own sources', () => {
  it('comes from the stanza of the release, with its key', () => {
    expect(source('debian.sources', DEB822)).toBe(
      'Types: deb\nURIs: http://deb.example.org/debian\nSuites: bookworm-backports\nComponents: main\n' +
        'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n',
    );
  });

  it('comes from the one-line format, with its options under their deb822 names', () => {
    expect(source('sources.list', ONE_LINE)).toBe(
      'Types: deb\nURIs: https://mirror.example.org/debian/\nSuites: bookworm-backports\nComponents: main\n' +
        'Architectures: amd64 i386\nSigned-By: /etc/keys/own.gpg\nCheck-Valid-Until: no\n',
    );
  });

  it('keeps several mirrors, a mirror list, and a key that stands in the file itself', () => {
    const text = DEB822.replace('http://deb.example.org/debian\n', 'mirror+file:///etc/apt/mirrors/debian.list\n  http://two.example.org/debian\n').replace(
      'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg',
      'Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDMEY865UxYJ\n -----END PGP PUBLIC KEY BLOCK-----',
    );
    const derived = source('debian.sources', text) ?? '';
    expect(derived).toContain('URIs: mirror+file:///etc/apt/mirrors/debian.list\n  http://two.example.org/debian\nSuites: bookworm-backports\n');
    expect(derived).toContain('Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDMEY865UxYJ\n');
    expect(parseSources('again.sources', derived)).toHaveLength(1);
  });

  it('adds nothing where the suite is configured already', () => {
    const configured = `${ONE_LINE}deb https://mirror.example.org/debian bookworm-backports main\n`;
    expect(backportsSource(parseSources('sources.list', configured), 'bookworm')).toEqual({ suite: 'bookworm-backports', source: null });
  });

  it.each([
    ['a disabled stanza', 'debian.sources', `Enabled: no\n${DEB822.split('\n\n')[0] ?? ''}`],
    ['source packages only', 'sources.list', 'deb-src http://m.example.org/debian bookworm main'],
    ['another release', 'sources.list', 'deb http://m.example.org/debian trixie main'],
    ['other components', 'sources.list', 'deb http://m.example.org/debian bookworm contrib'],
    ['comments', 'sources.list', '#deb http://m.example.org/debian bookworm main'],
  ])('is not derived from %s', (_what, name, text) => {
    expect(backportsSource(parseSources(name, text), 'bookworm')).toBeNull();
  });
});

describe('aptSources', () => {
  it('reads sources.list and both kinds of file beside it, and leaves what apt leaves', () => {
    const folder = mkdtempSync(join(tmpdir(), 'foretell-apt-'));
    expect(aptSources(folder)).toEqual([]);
    mkdirSync(join(folder, 'sources.list.d'));
    writeFileSync(join(folder, 'sources.list'), 'deb http://a.example.org/debian bookworm main\n');
    writeFileSync(join(folder, 'sources.list.d', 'b.sources'), DEB822);
    writeFileSync(join(folder, 'sources.list.d', 'c.list'), 'deb http://c.example.org/debian bookworm main\n');
    writeFileSync(join(folder, 'sources.list.d', 'd.list.save'), 'deb http://d.example.org/debian bookworm main\n');
    const hosts = aptSources(folder).map(({ uris }) => /\/\/(\w+)\./.exec(uris ?? '')?.[1]);
    expect(hosts).toEqual(['a', 'deb', 'deb', 'c']);
    rmSync(folder, { recursive: true });
  });
});

describe('driverPlan', () => {
  const plan = (machine: Partial<Machine>): ReturnType<typeof driverPlan> =>
    driverPlan({ platform: 'linux', release: BOOKWORM, sources: parseSources('debian.sources', DEB822), canInstall: true, ...machine });

  it('takes Debian 12’s driver from its backports', () => {
    expect(plan({})).toEqual({
      install: ['mesa-vulkan-drivers'],
      suite: 'bookworm-backports',
      source: expect.stringContaining('Suites: bookworm-backports') as string,
    });
  });

  it.each([
    { ID: 'debian', VERSION_ID: '13', VERSION_CODENAME: 'trixie' },
    { ID: 'debian', VERSION_CODENAME: 'forky' },
    { ID: 'ubuntu', VERSION_ID: '24.04', VERSION_CODENAME: 'noble' },
    { ID: 'ubuntu', VERSION_ID: '25.10', VERSION_CODENAME: 'questing' },
  ])('takes the stock driver on $ID $VERSION_ID $VERSION_CODENAME', (release) => {
    expect(plan({ release: release as Record<string, string>, sources: [] })).toEqual({ install: ['mesa-vulkan-drivers'] });
  });

  it.each([
    [{ release: { ID: 'ubuntu', VERSION_ID: '22.04' } }, /Ubuntu 22.04 has too old/],
    [{ release: { ID: 'debian', VERSION_ID: '11' } }, /Debian 11 has too old/],
    [{ release: { ID: 'fedora', VERSION_ID: '42' } }, /Install a Vulkan driver.*Fedora: mesa-vulkan-drivers/],
    [{ release: {} }, /Install a Vulkan driver/],
    [{ platform: 'darwin' }, /Metal/],
    [{ platform: 'win32' }, /graphics card's driver/],
    [{ sources: [] }, /no main part of bookworm.*-t bookworm-backports mesa-vulkan-drivers/],
  ])('stops for %o', (machine, message) => {
    const answer = plan(machine);
    expect('stop' in answer ? answer.stop : answer).toMatch(message);
  });

  it('names the very commands where it may not install itself', () => {
    const answer = plan({ canInstall: false });
    expect('stop' in answer ? answer.stop : '').toMatch(/as root[^]*URIs: http:\/\/deb\.example\.org\/debian[^]*apt-get update[^]*install -t bookworm-backports mesa-vulkan-drivers/);
    const stock = plan({ canInstall: false, release: { ID: 'debian', VERSION_ID: '13' } });
    expect('stop' in stock ? stock.stop : '').toMatch(/apt-get update\n {4}apt-get install mesa-vulkan-drivers$/);
  });

  it('quotes a source for the shell', () => {
    expect(commandsOf({ install: ['p'], suite: 's', source: "a'b\n" })[0]).toMatch(/^printf '%s' 'a'\\''b\n' > \/etc\/apt\//);
  });
});
