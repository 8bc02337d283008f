import { LocalDigestStore } from '../../functions/clients/local/digest-store.ts';
import { digestStoreContract } from './digest-store.contract.ts';

digestStoreContract(() => new LocalDigestStore());
