import { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import { findingsTableContract } from './findings-table.contract.ts';

findingsTableContract(() => new LocalFindingsTable());
