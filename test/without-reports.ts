/** For tests of some ten thousand alerts: the reports, which have tests of their own, would take half of the time. */
import { jest } from '@jest/globals';

jest.mock('../functions/alert/report/report.ts', () => ({ reportOf: () => 'a report' }));
