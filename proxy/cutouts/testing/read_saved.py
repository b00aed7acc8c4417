"""Reads a folder that a script has saved, by numpy and zarr as anybody would, and prints of each array what it is and its voxels' hash."""

import hashlib
import json
import os
import sys

import numpy
import zarr

folder = sys.argv[1]
found = {}
for name in sorted(os.listdir(folder)):
    path = os.path.join(folder, name)
    if name.endswith(".zarr"):
        array = zarr.open(path, mode="r")
        voxels, about = numpy.asarray(array[:]), dict(array.attrs)["clio"]
    elif name.endswith(".npy"):
        voxels = numpy.load(path)
        with open(path[:-4] + ".json", encoding="utf-8") as file:
            about = json.load(file)["clio"]
    else:
        continue
    digest = hashlib.sha256(numpy.ascontiguousarray(voxels).tobytes()).hexdigest()
    found[name] = {"dtype": voxels.dtype.str, "shape": list(voxels.shape), "sha256": digest, "about": about}
print(json.dumps(found))
