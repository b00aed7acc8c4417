"""The voxels of the small volumes that the specs know, as another program would have them: by a formula, and by no code of ours."""

import numpy

SIZE = (150, 70, 40)
OFFSET = (10, 0, 5)
ADDRESSES = {"https://em.example.org/image": "image", "gs://em-example/cells": "cells"}


def name_of(address):
    """Which volume lies at an address."""
    if address not in ADDRESSES:
        raise ValueError(f"NOT_FOUND: there is no volume at {address!r}")
    return ADDRESSES[address]


def voxels(name, slices):
    """The voxels of a box, x, y, z; as Fortran lays them out."""
    for part, size, offset in zip(slices, SIZE, OFFSET):
        assert isinstance(part, slice) and part.step is None, part
        if not offset <= part.start < part.stop <= offset + size:
            raise IndexError(f"OUT_OF_RANGE: {part} is outside of {offset} to {offset + size}")
    x, y, z = numpy.meshgrid(*(numpy.arange(s.start, s.stop) - o for s, o in zip(slices, OFFSET)), indexing="ij")
    if name == "image":
        return numpy.asfortranarray(((x * 7 + y * 3 + z * 11) & 255).astype(numpy.uint8))
    block = (x >> 4) + 16 * (y >> 4) + 256 * (z >> 3)
    ids = block.astype(numpy.uint64) + numpy.where(block % 2 == 0, 0, 2**60).astype(numpy.uint64)
    return numpy.asfortranarray(numpy.where(block % 7 == 3, numpy.uint64(0), ids))
