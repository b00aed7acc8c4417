// The chunk worker: upstream's backend modules, then ours. Upstream's own entry cannot be imported here, because the build puts
// this file in its place.
import "neuroglancer/unstable/util/polyfills.js";
import "neuroglancer/unstable/shared_watchable_value.js";
import "neuroglancer/unstable/chunk_manager/backend.js";
import "neuroglancer/unstable/kvstore/backend.js";
import "neuroglancer/unstable/sliceview/backend.js";
import "neuroglancer/unstable/perspective_view/backend.js";
import "neuroglancer/unstable/volume_rendering/backend.js";
import "neuroglancer/unstable/annotation/backend.js";
import "neuroglancer/unstable/datasource/enabled_backend_modules.js";
import "neuroglancer/unstable/kvstore/enabled_backend_modules.js";
import "./chunk_requests.js";
import "../src/clio/annotations/register_worker.js";
import "../src/clio/merges/register_worker.js";
// Last: it starts the message queue, after which every class must be known.
import "neuroglancer/unstable/worker_rpc_context.js";
