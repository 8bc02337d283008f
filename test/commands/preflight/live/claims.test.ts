/** The table of claims, its page and the probes hold each other. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { freezeRows } from '../../../../bin/commands/preflight/freeze-rows.ts';
import { CLAIMS, type OpenClaim } from '../../../../bin/commands/preflight/live/claims.ts';
import { LIVE_PROBES } from '../../../../bin/commands/preflight/live/probes/index.ts';
import { shippedManifests } from '../../../../bin/commands/preflight/manifests.ts';
import { unverifiedPage } from './unverified-page.ts';

const ALL: readonly OpenClaim[] = CLAIMS;
const probesOf = (id: string) => LIVE_PROBES.filter(({ claims }) => claims.some((claim) => claim === id));

test.each(ALL)('$id names the probe that speaks of it, a drill, or why there is none', ({ id, shownBy }) => {
  const named = 'probe' in shownBy ? [shownBy.probe] : [];
  expect(probesOf(id).map((probe) => probe.id)).toEqual(named);
  for (const text of Object.values(shownBy)) expect(text).toMatch(/\S/);
});

test.each(LIVE_PROBES)('the probe $id speaks of claims', ({ claims }) => {
  expect(claims.length).toBeGreaterThan(0);
  const known = ALL.map(({ id }) => id);
  expect(claims.filter((claim) => !known.includes(claim))).toEqual([]);
});

test('ids are names, and each is there once', () => {
  for (const ids of [ALL.map(({ id }) => id), LIVE_PROBES.map(({ id }) => id)]) {
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  }
});

test.each(ALL)('$id rests on files that are there, and is said in whole sentences', ({ claim, restsOn, ifFalse }) => {
  expect(restsOn.length).toBeGreaterThan(0);
  expect(restsOn.filter((file) => !existsSync(file))).toEqual([]);
  for (const text of [claim, ifFalse]) expect(text).toMatch(/^\S.*\.$/);
});

test('each row of the freeze without a source is a claim', () => {
  const freeze = shippedManifests().policies.find(({ metadata }) => metadata.name === 'namespace-sentinel-freeze');
  const unpublished = freeze ? freezeRows(freeze, 'platform').filter(({ source }) => source === 'none') : [];
  expect(unpublished.length).toBeGreaterThan(0);
  for (const { who } of unpublished) expect(ALL.some(({ claim }) => claim.includes(who))).toBe(true);
});

test('docs/unverified.md is made from the table', () => {
  const page = 'docs/unverified.md';
  if (process.env['WRITE_UNVERIFIED'] === '1') writeFileSync(page, unverifiedPage());
  expect(readFileSync(page, 'utf8')).toBe(unverifiedPage());
});
