// The plain upstream viewer, built exactly as ours: what the first load and the benchmarks are compared with.
import "neuroglancer";
import { setupDefaultViewer } from "neuroglancer/unstable/ui/default_viewer_setup.js";

setupDefaultViewer();
