"""Stands in for cloud-volume where it cannot be installed: takes what it documents of opening and reading, and refuses all else."""

import known_volume


class CloudVolume:
    """Indexed by x, y, z, each from the offset of the volume on; what it gives has the channels as a fourth dimension."""

    def __init__(
        self,
        cloudpath,
        mip=0,
        bounded=True,
        autocrop=False,
        fill_missing=False,
        cache=False,
        compress_cache=None,
        cdn_cache=True,
        progress=False,
        info=None,
        provenance=None,
        compress=None,
        compress_level=None,
        non_aligned_writes=False,
        parallel=1,
        delete_black_uploads=False,
        background_color=0,
        green_threads=False,
        use_https=False,
        max_redirects=10,
        mesh_dir=None,
        skel_dir=None,
        agglomerate=False,
        secrets=None,
    ):
        prefix = "precomputed://"
        assert cloudpath.startswith(prefix) and mip == 0, (cloudpath, mip)
        # Without it a chunk of background that nobody wrote is an error, and credentials are asked for where none are needed.
        assert fill_missing and use_https, "a public source is read as the viewer reads it"
        self.name = known_volume.name_of(cloudpath[len(prefix) :].rstrip("/"))

    def __getitem__(self, slices):
        assert len(slices) == 3, slices
        return known_volume.voxels(self.name, slices)[..., None]
