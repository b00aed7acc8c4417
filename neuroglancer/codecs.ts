// Upstream's pure encoders and decoders (no page, no worker): the one door through which the server and the dataset maker use them.
export { encodeChannels as encodeUint32Channels } from "neuroglancer/unstable/sliceview/compressed_segmentation/encode_uint32.js";
export { encodeChannels as encodeUint64Channels } from "neuroglancer/unstable/sliceview/compressed_segmentation/encode_uint64.js";
export { decodeChannels as decodeUint32Channels } from "neuroglancer/unstable/sliceview/compressed_segmentation/decode_uint32.js";
export { decodeChannels as decodeUint64Channels } from "neuroglancer/unstable/sliceview/compressed_segmentation/decode_uint64.js";
export { TypedArrayBuilder } from "neuroglancer/unstable/util/array.js";
export { murmurHash3_x86_128Hash64Bits_Bigint as shardHash } from "neuroglancer/unstable/util/hash.js";
export { encodeZIndexCompressed as chunkIndex } from "neuroglancer/unstable/util/zorder.js";
