// The worker's side of merges: the sets that the page has, in one message however many there are.
import type { SharedDisjointUint64Sets } from "neuroglancer/unstable/shared_disjoint_sets.js";
import { registerRPC } from "neuroglancer/unstable/worker_rpc.js";
import { changeSets } from "../../../neuroglancer/segment_sets.js";
import { MERGED_SETS_RPC_ID, type MergedSetsMessage } from "./base.js";

registerRPC(MERGED_SETS_RPC_ID, function (message: MergedSetsMessage) {
  const equivalences = this.get(message.id) as SharedDisjointUint64Sets;
  changeSets(equivalences.disjointSets, message);
  equivalences.changed.dispatch();
});
