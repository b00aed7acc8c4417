"""Stands in for napari where it cannot be installed: takes what napari documents, refuses what it does not, and writes down what it got.

The parameters are those that napari's own documentation has for all of 0.4.16, 0.5.0, 0.6.0 and 0.9.0.
"""

import json
import os

import numpy

DOCUMENTED = {
    "Viewer": "axis_labels ndisplay order show title",
    "add_image": (
        "affine attenuation blending cache channel_axis colormap contrast_limits data depiction experimental_clipping_planes gamma"
        " iso_threshold metadata multiscale name opacity plane rendering rgb rotate scale shear translate visible"
    ),
    "add_labels": (
        "affine blending cache data depiction experimental_clipping_planes features metadata multiscale name opacity plane properties"
        " rendering rotate scale shear translate visible"
    ),
    "add_points": (
        "affine blending cache data experimental_clipping_planes face_color face_color_cycle face_colormap face_contrast_limits features"
        " metadata name ndim opacity properties property_choices rotate scale shading shear shown size symbol text translate visible"
    ),
    "add_shapes": (
        "affine blending cache data edge_color edge_color_cycle edge_colormap edge_contrast_limits edge_width"
        " experimental_clipping_planes face_color face_color_cycle face_colormap face_contrast_limits features metadata name ndim opacity"
        " properties property_choices rotate scale shape_type shear text translate visible z_index"
    ),
}
SHAPE_TYPES = {"line": 2, "rectangle": 4, "ellipse": 4, "path": None, "polygon": None}

calls = []
viewers = []


def recorded(name, data, given):
    unknown = set(given) - set(DOCUMENTED[name].split())
    if unknown:
        raise TypeError(f"{name}() got an unexpected keyword argument {sorted(unknown)[0]!r}")
    call = {"call": name, **{key: plain(value) for key, value in given.items()}}
    if data is not None:
        call["data"] = plain(data)
    calls.append(call)


def plain(value):
    """As JSON has it; of an array of voxels its type, shape and sum."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if hasattr(value, "shape") and len(value.shape) == 3:
        whole = numpy.asarray(value[:])
        return {"dtype": str(whole.dtype), "shape": list(whole.shape), "sum": str(int(whole.astype(object).sum()))}
    if isinstance(value, numpy.ndarray):
        return plain(value.tolist())
    if isinstance(value, float) and value != value:
        return None
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value


class Layer:
    def __init__(self, data):
        self.__dict__["data"] = data

    def __setattr__(self, name, value):
        if name != "colormap":
            raise AttributeError(f"a labels layer has no {name}")
        calls.append({"call": "colormap", "colors": plain(value.color_dict)})


class Viewer:
    def __init__(self, **given):
        recorded("Viewer", None, given)
        self.keys = {}
        self.layers = {}
        viewers.append(self)

    def add(self, kind, data, given):
        recorded(kind, data, given)
        scale, translate = given["scale"], given["translate"]
        assert len(scale) == len(translate) == 3, "scale and translate have a number for each dimension"
        self.layers[given["name"]] = Layer(data)
        return self.layers[given["name"]]

    def add_image(self, data=None, **given):
        low, high = given["contrast_limits"]
        assert low < high, "contrast limits must be increasing"
        return self.add("add_image", data, given)

    def add_labels(self, data, **given):
        assert numpy.issubdtype(data.dtype, numpy.integer), "labels are whole numbers"
        return self.add("add_labels", data, given)

    def add_points(self, data=None, **given):
        assert data.ndim == 2 and data.shape[1] == 3, "points are rows of three"
        check_properties(given, len(data))
        return self.add("add_points", data, given)

    def add_shapes(self, data=None, **given):
        check_properties(given, len(data))
        assert len(given["shape_type"]) == len(data), "a type for each shape"
        for kind, vertices in zip(given["shape_type"], data):
            wanted = SHAPE_TYPES[kind]
            assert wanted is None or len(vertices) == wanted, f"a {kind} has {wanted} vertices"
        return self.add("add_shapes", [each.tolist() for each in data], given)

    def bind_key(self, key, func=None, overwrite=False):
        *modifiers, _letter = key.split("-")
        assert set(modifiers) <= {"Control", "Alt", "Shift", "Meta"}, key
        assert key not in self.keys or overwrite
        self.keys[key] = func


def check_properties(given, count):
    for name, values in given["properties"].items():
        assert isinstance(name, str) and len(values) == count, f"property {name} has a value for each"


def run():
    """What a person does: paints a block, and presses each key that was bound."""
    (viewer,) = viewers
    painted = viewer.layers.get("painted")
    if painted is not None:
        painted.data[1:3, 2:5, 3:7] = 9
    for func in viewer.keys.values():
        func(viewer)
    with open(os.environ["NAPARI_RECORD"], "w", encoding="utf-8") as file:
        json.dump({"calls": calls, "keys": list(viewer.keys)}, file)
