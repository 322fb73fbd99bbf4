import { createMemoryOpStore } from '../../worker/adapters/memoryOpStore.ts';
import { describeOpStore } from '../support/opStoreContract.ts';

describeOpStore('memoryOpStore', {
  open: async () => createMemoryOpStore(),
  survives: 'nothing',
});
