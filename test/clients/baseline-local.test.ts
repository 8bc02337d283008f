import { LocalBaseline } from '../../functions/clients/local/baseline.ts';
import { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import { baselineContract } from './baseline.contract.ts';

baselineContract(() => {
  const table = new LocalFindingsTable();
  return { baseline: new LocalBaseline(table), table };
});
