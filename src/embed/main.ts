/** What `huskies-pipeline.js` does: `<script type="module" src="…/huskies-pipeline.js">`. */
import { browserStorage } from '../pageStorage.ts';
import { connectWorker } from '../replicaClient.ts';
import { createPipelineShare } from '../sharedPipeline.ts';
import { defineHuskiesPipeline } from './huskiesPipeline.tsx';

defineHuskiesPipeline(
  'huskies-pipeline',
  createPipelineShare({ connect: connectWorker, storage: browserStorage }),
);
