// Upstream's own declarations import each other as `#src/…`. For the modules declared here, lead those imports to our declarations:
// otherwise every class that extends one of them would be `any`.

declare module "#src/chunk_manager/frontend.js" {
  export * from "neuroglancer/unstable/chunk_manager/frontend.js";
}
declare module "#src/sliceview/frontend.js" {
  export * from "neuroglancer/unstable/sliceview/frontend.js";
}
declare module "#src/annotation/annotation_layer_state.js" {
  export * from "neuroglancer/unstable/annotation/annotation_layer_state.js";
}
declare module "#src/layer/segmentation/index.js" {
  export * from "neuroglancer/unstable/layer/segmentation/index.js";
}
declare module "#src/segmentation_display_state/frontend.js" {
  export * from "neuroglancer/unstable/segmentation_display_state/frontend.js";
}
