import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assess } from '../../functions/investigate/assess.ts';
import { RULES } from '../../functions/investigate/indicators/index.ts';
import { scaleOf } from '../../functions/investigate/weights.ts';
import { CI_ROLE, finding } from '../checks/examples.ts';

describe('an emergency (break-glass) role', () => {
  const facts = { finding: finding(), evidence: [], knownAutomation: [CI_ROLE], breakGlass: [CI_ROLE] };

  test('is at least MEDIUM by whatever scale, also where it is listed as automation', () => {
    const thresholds = fc.tuple(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 51, max: 75 }),
      fc.integer({ min: 76, max: 100 }),
    );
    fc.assert(
      fc.property(thresholds, ([MEDIUM, HIGH, CRITICAL]) => {
        const { assessment } = assess(facts, RULES, scaleOf({ severities: { MEDIUM, HIGH, CRITICAL } }));
        expect(assessment.severity).not.toBe('LOW');
      }),
    );
  });

  test('cannot be switched off by its weight', () => {
    expect(() => scaleOf({ weights: { 'break-glass': 0 } })).toThrow('its use is always reported');
    expect(() => scaleOf({ weights: { 'break-glass': 30 }, severities: { MEDIUM: 40 } })).toThrow(
      'its use is always reported',
    );
    expect(scaleOf({ weights: { 'break-glass': 60 } }).weights['break-glass']).toBe(60);
  });
});
