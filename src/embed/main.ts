/** What `huskies-pipeline.js` does: `<script type="module" src="…/huskies-pipeline.js">`. */
import { browserStorage } from '../pageStorage.ts';
import { connectWorker } from '../replicaClient.ts';
import { createPipelineShare } from '../sharedPipeline.ts';
import { defineHuskiesPipeline } from './huskiesPipeline.tsx';

defineHuskiesPipeline('huskies-pipeline', {
  share: createPipelineShare({ connect: connectWorker, storage: browserStorage }),
  // Whoever serves this module is the relay.
  home: new URL(import.meta.url).origin,
});
