#!/usr/bin/env python3
"""Opens a place of a Clio dataset in napari: image, segmentation with your merges, marks, matches, and labels to paint in.

    python3 SCRIPT               fetches the place and opens napari; Shift-S there sends what you painted back to Clio
    python3 SCRIPT --save DIR    fetches it into a folder, and opens nothing
    python3 SCRIPT --help        says the rest

It needs numpy, zarr (2 or 3) and, for its window, napari. The token in it is yours, for this dataset alone, and good for a day: with
this file others read what you may read here, so do not hand it on.
"""

import argparse
import concurrent.futures
import contextlib
import datetime
import http.client
import itertools
import json
import math
import os
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
import zlib

PARAMETERS = json.loads("{}")  # filled in by the viewer

PATIENCE = 120  # seconds without a byte after which a connection counts as cut
AT_ONCE = 4  # chunks that are fetched at a time
IN_MEMORY = 2**30  # bytes; what is larger stays on disk, and napari reads of it what it shows
UPLOAD_PART = 2**20  # bytes of labels that are sent at a time: what a cut connection costs
SAVE_KEY = "Shift-S"


class ClioError(Exception):
    """What a person should read in the place of a traceback."""

    code = ""  # the server's, where it is that which refused
    may_pass = False  # whether asking again may help


# --- The server ---------------------------------------------------------------------------------------------------------------------


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an error: the token must not follow it to another host."""

    def redirect_request(self, *_args, **_kwargs):
        return None


class Server:
    """Asks Clio's server, and asks again where a connection was cut or the server is busy."""

    def __init__(self, origin, token, attempts):
        self.origin = origin.rstrip("/")
        self.token = token
        self.attempts = attempts
        self.opener = urllib.request.build_opener(NoRedirect)

    def json(self, path, query=None, method="GET", body=None):
        data = None if body is None else json.dumps(body).encode()
        return json.loads(self.bytes(path, query, method, data, "application/json"))

    def bytes(self, path, query=None, method="GET", body=None, kind="application/octet-stream", attempts=None):
        """The bytes of an answer. What must not be asked twice is asked in one attempt."""
        attempts = attempts or self.attempts
        url = self.origin + path
        if query:
            url += "?" + urllib.parse.urlencode(query)
        for attempt in itertools.count(1):
            try:
                return self._ask(url, method, body, kind)
            except urllib.error.HTTPError as error:
                problem = problem_of(error)
                may_pass = error.code in (408, 429, 502, 503, 504) and problem.get("code") != "volume-unreadable"
                if not may_pass or attempt >= attempts:
                    refused = self._refused(error.code, problem)
                    refused.may_pass = may_pass
                    raise refused from None
                wait = number_or(error.headers.get("Retry-After"), 2.0**attempt)
            except (OSError, http.client.HTTPException) as error:
                if attempt >= attempts:
                    reason = getattr(error, "reason", None) or error or type(error).__name__
                    cut = ClioError(
                        f"Clio's server at {self.origin} does not answer ({reason}). See that it runs and that this machine "
                        "reaches it, then run the script again: what was fetched into a folder is not fetched again."
                    )
                    cut.may_pass = True
                    raise cut from None
                wait = 0.25 * 2.0**attempt
            time.sleep(min(wait, 30))

    def _ask(self, url, method, body, kind):
        request = urllib.request.Request(url, data=body, method=method)
        if self.token:
            request.add_header("Authorization", "Bearer " + self.token)
        if body is not None:
            request.add_header("Content-Type", kind)
        with self.opener.open(request, timeout=PATIENCE) as answer:
            if answer.headers.get("Content-Length") is None and not answer.chunked:
                # Cut within its head: Python would take what there is for the whole.
                raise http.client.IncompleteRead(b"")
            return answer.read()

    def _refused(self, status, problem):
        code = problem.get("code", "")
        detail = problem.get("detail") or f"The server answered {status}."
        if code in ("token-expired", "bad-token"):
            return ClioError("The token in this script is no longer good. Get the script again in the viewer.")
        if code == "token-scope" or status in (401, 403):
            return ClioError(f"Clio's server refuses: {detail}")
        error = ClioError(f"Clio's server says: {detail}")
        error.code = code
        return error


def problem_of(error):
    """What a server's error says of itself."""
    try:
        found = json.loads(error.read())
    except (OSError, ValueError, http.client.HTTPException):
        return {}
    return found if isinstance(found, dict) else {}


def number_or(text, default):
    try:
        return float(text)
    except (TypeError, ValueError):
        return default


# --- Progress -----------------------------------------------------------------------------------------------------------------------


class Progress:
    """A bar in the terminal; a line each tenth where the output goes into a file."""

    def __init__(self, label, total):
        self.label = label
        self.total = max(1, total)
        self.done = 0
        self.skipped = 0
        self.begun = time.monotonic()
        self.lock = threading.Lock()
        self.told = -1
        self.show()

    def add(self, count, was_there=False):
        with self.lock:
            self.done += count
            if was_there:
                self.skipped += count
            self.show()

    def show(self):
        part = min(1.0, self.done / self.total)
        is_terminal = sys.stderr.isatty()
        step = int(part * (100 if is_terminal else 10))
        if step == self.told:
            return
        self.told = step
        seconds = time.monotonic() - self.begun
        rate = (self.done - self.skipped) / seconds if seconds > 0 else 0
        left = f", {(self.total - self.done) / rate:.0f} s left" if rate > 0 and part < 1 else ""
        text = f"{part:4.0%} of {self.total / 1e6:.1f} MB{left}"
        if not is_terminal:
            print(f"{self.label}: {text.strip()}", file=sys.stderr, flush=True)
            return
        bar = "#" * int(part * 30)
        end = "\n" if part >= 1 else ""
        print(f"\r{self.label}: [{bar:<30}] {text:<40}", end=end, file=sys.stderr, flush=True)


# --- Cutting out --------------------------------------------------------------------------------------------------------------------


def file_name(name):
    """A name that every system takes: layers may be called anything."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in name)
    return safe[:60] or "layer"


def folder_names(layers):
    """A folder for each layer, none twice."""
    names = {}
    for layer in layers:
        base = file_name(layer["name"])
        name, n = base, 2
        while name in [*names.values(), "labels"]:
            name, n = f"{base}_{n}", n + 1
        names[layer["name"]] = name
    return names


def write_whole(path, data):
    """Writes a file whole or not at all: a chunk that is there is a chunk that needs no fetching."""
    draft = f"{path}.part{threading.get_ident()}"
    with open(draft, "wb") as file:
        file.write(data)
    os.replace(draft, path)


def write_json(path, value):
    write_whole(path, (json.dumps(value, indent=1) + "\n").encode())


def fetch_layer(server, layer, folder):
    """Fetches a layer into a Zarr array, chunk by chunk; chunks that are there from a run before are kept."""
    box = ",".join(str(n) for n in layer["box"])
    quoted = [urllib.parse.quote(str(part), safe="") for part in (PARAMETERS["dataset"], layer["name"], layer["scale"], box)]
    path = "/api/cutouts/" + "/".join(quoted)
    query = {} if layer.get("merged", True) else {"merges": "none"}
    described = server.json(path + "/.zattrs", query)
    array = server.json(path + "/.zarray", query)
    state = described["clio"].get("merges")
    if state is not None:
        # All chunks show the merges as they were at one moment.
        query["merges"] = state
    os.makedirs(folder, exist_ok=True)
    if read_json(os.path.join(folder, ".zattrs")) != described:
        for name in os.listdir(folder):
            os.remove(os.path.join(folder, name))
    counts = [math.ceil(n / chunk) for n, chunk in zip(array["shape"], array["chunks"])]
    names = [".".join(map(str, cell)) for cell in itertools.product(*map(range, counts))]
    bytes_per_chunk = math.prod(array["chunks"]) * int(array["dtype"][2:])
    write_json(os.path.join(folder, ".zarray"), array)
    write_json(os.path.join(folder, ".zattrs"), described)
    progress = Progress(layer["name"], len(names) * bytes_per_chunk)

    def fetch(name):
        file = os.path.join(folder, name)
        was_there = os.path.exists(file)
        if not was_there:
            write_whole(file, server.bytes(f"{path}/{name}", query))
        progress.add(bytes_per_chunk, was_there)

    in_parallel(fetch, names)


def in_parallel(work, items):
    """Does the work for all items, a few at a time; after a failure no other is begun."""
    pool = concurrent.futures.ThreadPoolExecutor(AT_ONCE)
    tasks = [pool.submit(work, item) for item in items]
    try:
        for task in concurrent.futures.as_completed(tasks):
            task.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def read_json(path):
    try:
        with open(path, "rb") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def read_zarr(folder):
    """An array that was fetched, in memory where it is small."""
    import numpy
    import zarr

    array = zarr.open(folder, mode="r")
    size = math.prod(array.shape) * array.dtype.itemsize
    return numpy.asarray(array[:]) if size <= IN_MEMORY else array


def fetch_directly(layer, reader):
    """Reads a layer from its public source with a library of yours, and not through Clio's server. No merges are applied."""
    source = layer.get("source")
    if source is None:
        raise ClioError(f"The layer {layer['name']} has no public source: leave --direct out.")
    address = source.removeprefix("precomputed://").removesuffix("|neuroglancer-precomputed:").rstrip("/")
    lower, upper = layer["box"][:3], layer["box"][3:]
    part = tuple(slice(a, b) for a, b in zip(lower, upper))
    read = read_by_tensorstore if reader == "tensorstore" else read_by_cloudvolume
    try:
        return read(address, layer["scale"], part)
    except ImportError:
        raise ClioError(f"{reader} is not installed: python3 -m pip install {reader.replace('cloudvolume', 'cloud-volume')}") from None
    except Exception as error:  # of whatever kind that library has
        raise ClioError(
            f"{reader} could not read the layer {layer['name']} from {address}: {error}. Without --direct it comes through Clio's server."
        ) from error


def read_by_tensorstore(address, scale, part):
    import tensorstore

    spec = {"driver": "neuroglancer_precomputed", "kvstore": address + "/", "scale_index": scale}
    volume = tensorstore.open(spec, read=True, open=True).result()
    return volume[part + (0,)].read().result().T


def read_by_cloudvolume(address, scale, part):
    import numpy
    from cloudvolume import CloudVolume

    # As the viewer has it, what was never written is background; and a public bucket needs no account.
    volume = CloudVolume("precomputed://" + address, mip=scale, fill_missing=True, use_https=True, progress=True)
    # A plain array of its own: what cloud-volume gives ends with the volume.
    return numpy.array(volume[part][..., 0].T)


def labels_attributes():
    """What the labels layer is, for whoever reads it: offset in whole voxels of its scale, sizes in nm, x, y, z."""
    labels = PARAMETERS.get("labels")
    if not labels:
        raise ClioError("This script was made without labels to paint in: get one with them in Clio's viewer.")
    lower, upper = labels["box"][:3], labels["box"][3:]
    return {
        "dataset": PARAMETERS["dataset"],
        "scale": labels["scale"],
        "offset": lower,
        "voxelSize": labels["voxelSize"],
        "shape": [b - a for a, b in zip(lower, upper)],
        "dtype": "uint32",
    }


def write_labels(folder, array=None):
    """Writes labels as a Zarr array of format 2, in plain chunks; without an array, an empty one."""
    import numpy

    attributes = labels_attributes()
    kind = numpy.dtype("<u4" if array is None else array.dtype)
    attributes["dtype"] = kind.name
    shape = attributes["shape"][::-1]
    chunks = [min(64, n) for n in shape]
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(folder):
        os.remove(os.path.join(folder, name))
    compressor = {"id": "zlib", "level": 1}
    write_json(os.path.join(folder, ".zattrs"), {"clio": attributes})
    write_json(
        os.path.join(folder, ".zarray"),
        {
            **{"zarr_format": 2, "shape": shape, "chunks": chunks, "dtype": kind.str, "fill_value": 0},
            **{"order": "C", "filters": None, "compressor": compressor, "dimension_separator": "."},
        },
    )
    if array is None:
        return
    for cell in itertools.product(*(range(math.ceil(n / c)) for n, c in zip(shape, chunks))):
        begin = [i * c for i, c in zip(cell, chunks)]
        part = array[tuple(slice(b, b + c) for b, c in zip(begin, chunks))]
        if not part.any():
            continue
        chunk = numpy.zeros(chunks, kind)
        chunk[tuple(slice(0, n) for n in part.shape)] = part
        write_whole(os.path.join(folder, ".".join(map(str, cell))), zlib.compress(chunk.tobytes(), 1))


def save_labels(folder, kind):
    """Writes empty labels to paint in where none are painted yet: those may be somebody's work of days."""
    import numpy

    attributes = labels_attributes()
    stem = os.path.join(folder, "labels")
    target = stem + (".npy" if kind == "numpy" else ".zarr")
    about = stem + ".json" if kind == "numpy" else os.path.join(target, ".zattrs")
    if is_painted(target):
        if (read_json(about) or {}).get("clio") != attributes:
            raise ClioError(f"{target} holds labels of another place: move them away, or save into another folder.")
        print(f"{target} is there already and stays as it is.", file=sys.stderr)
    elif kind == "zarr":
        write_labels(target)
    else:
        write_json(about, {"clio": attributes})
        draft = target + ".part"
        with open(draft, "wb") as file:
            numpy.save(file, numpy.zeros(attributes["shape"][::-1], "<u4"))
        os.replace(draft, target)


def is_painted(target):
    """Whether somebody may have painted there: a Zarr array has no chunks before."""
    if os.path.isdir(target):
        return any(not name.startswith(".") for name in os.listdir(target))
    return os.path.exists(target)


def fetch_marks(server):
    """The marks that lie in the place, as Clio keeps them."""
    marks = PARAMETERS.get("marks")
    if marks is None:
        return []
    box = ",".join(str(n) for n in marks["box"])
    dataset = urllib.parse.quote(PARAMETERS["dataset"], safe="")
    return server.json(f"/api/cutouts/{dataset}/marks", {"box": box})["marks"]


def save(server, folder, kind, direct):
    """Writes all of the place into a folder."""
    import numpy

    os.makedirs(folder, exist_ok=True)
    if PARAMETERS.get("labels"):
        save_labels(folder, kind)
    names = folder_names(PARAMETERS["layers"])
    for layer in PARAMETERS["layers"]:
        stem = os.path.join(folder, names[layer["name"]])
        if direct:
            numpy.save(stem + ".npy", fetch_directly(layer, direct))
            write_json(stem + ".json", {"clio": directly_read(layer)})
            continue
        fetch_layer(server, layer, stem + ".zarr")
        if kind == "numpy":
            numpy.save(stem + ".npy", read_zarr(stem + ".zarr")[:])
            write_json(stem + ".json", read_json(os.path.join(stem + ".zarr", ".zattrs")))
            remove_folder(stem + ".zarr")
    write_json(os.path.join(folder, "marks.json"), {"marks": fetch_marks(server)})
    write_json(os.path.join(folder, "matches.json"), {"matches": PARAMETERS.get("matches", [])})
    # Without the token: a folder of data is handed on.
    about = {key: value for key, value in PARAMETERS.items() if key not in ("token", "expires", "matches")}
    write_json(os.path.join(folder, "cutout.json"), {**about, "files": names})


def directly_read(layer):
    lower, upper = layer["box"][:3], layer["box"][3:]
    return {
        **{"dataset": PARAMETERS["dataset"], "layer": layer["name"], "scale": layer["scale"], "offset": lower},
        **{"voxelSize": layer["voxelSize"], "shape": [b - a for a, b in zip(lower, upper)], "dtype": layer["dtype"]},
    }


def remove_folder(folder):
    for name in os.listdir(folder):
        os.remove(os.path.join(folder, name))
    os.rmdir(folder)


# --- napari -------------------------------------------------------------------------------------------------------------------------


def zyx(xyz):
    return [xyz[2], xyz[1], xyz[0]]


def placed(voxel_size, offset=(0, 0, 0)):
    """Where a layer lies, in nm: napari counts from the middle of the first voxel, and layers of several scales must lie on each other."""
    return {
        "scale": zyx(voxel_size),
        "translate": zyx([(n + 0.5) * size for n, size in zip(offset, voxel_size)]),
    }


def properties_of(marks):
    """A column for each field of the marks, as napari takes them."""
    import numpy

    fields = sorted({name for mark in marks for name in mark.get("fields", {})})
    columns = {
        "id": [mark["id"] for mark in marks],
        "kind": [mark["kind"] for mark in marks],
        "title": [mark.get("title", "") for mark in marks],
        "description": [mark["description"] for mark in marks],
        "type": [mark.get("type", "") for mark in marks],
        "tags": [", ".join(mark["tags"]) for mark in marks],
        "checked": [mark["checked"] for mark in marks],
        "set": [mark.get("set", "") for mark in marks],
        "user": [mark["user"] for mark in marks],
        "created": [iso_time(mark["created"]) for mark in marks],
    }
    for name in fields:
        columns["field " + name] = column([mark.get("fields", {}).get(name) for mark in marks])
    return {name: numpy.asarray(values) for name, values in columns.items()}


def column(values):
    """One type a column, as a table has it: numbers with gaps, or text."""
    if all(value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)) for value in values):
        return [math.nan if value is None else value for value in values]
    return ["" if value is None else str(value) for value in values]


def iso_time(milliseconds):
    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc).isoformat(timespec="seconds")


def outline(lower, upper):
    """A rectangle through the middle section of a box, z, y, x."""
    middle = (lower[2] + upper[2]) / 2
    corners = [(lower[0], lower[1]), (upper[0], lower[1]), (upper[0], upper[1]), (lower[0], upper[1])]
    return [[middle, y, x] for x, y in corners]


def shape_of(mark, voxel_size):
    """A mark as a shape of napari: its type and its vertices, z, y, x in voxels. What has a volume is drawn in its middle section."""
    kind = mark["kind"]
    if kind == "line":
        return "line", [zyx(end) for end in mark["ends"]]
    if kind == "polyline":
        return "path", [zyx(vertex) for vertex in mark["vertices"]]
    if kind == "box":
        a, b = mark["corners"]
        lower = [min(pair) - 0.5 for pair in zip(a, b)]
        upper = [max(pair) + 0.5 for pair in zip(a, b)]
        return "rectangle", outline(lower, upper)
    if kind == "sphere":
        a, b = mark["ends"]
        center = [(m + n) / 2 for m, n in zip(a, b)]
        radius = math.dist([n * s for n, s in zip(a, voxel_size)], [n * s for n, s in zip(b, voxel_size)]) / 2
        radii = [radius / size for size in voxel_size]
    else:
        center, radii = mark["center"], mark["radii"]
    lower = [c - r for c, r in zip(center, radii)]
    upper = [c + r for c, r in zip(center, radii)]
    return "ellipse", outline(lower, upper)


def add_marks(viewer, marks):
    import numpy

    if not marks:
        return
    voxel_size = PARAMETERS["marks"]["voxelSize"]
    color = PARAMETERS["marks"].get("color", "yellow")
    points = [mark for mark in marks if mark["kind"] == "point"]
    shapes = [mark for mark in marks if mark["kind"] != "point"]
    if points:
        viewer.add_points(
            numpy.asarray([zyx(mark["position"]) for mark in points], float),
            name="marks: points",
            properties=properties_of(points),
            face_color=color,
            size=10,
            **placed(voxel_size),
        )
    if shapes:
        drawn = [shape_of(mark, voxel_size) for mark in shapes]
        viewer.add_shapes(
            [numpy.asarray(vertices, float) for _, vertices in drawn],
            shape_type=[kind for kind, _ in drawn],
            name="marks: shapes",
            properties=properties_of(shapes),
            edge_color=color,
            face_color="transparent",
            edge_width=1,
            **placed(voxel_size),
        )


def add_matches(viewer):
    import numpy

    matches = PARAMETERS.get("matches", [])
    if not matches:
        return
    viewer.add_points(
        numpy.asarray([zyx(match["position"]) for match in matches], float),
        name="matches",
        properties={
            "distance": numpy.asarray([match["distance"] for match in matches]),
            "verdict": numpy.asarray([match["verdict"] for match in matches]),
        },
        face_color="cyan",
        size=10,
        **placed(PARAMETERS["matchVoxelSize"]),
    )


def colored(layer, colors):
    """Gives segments their colours in the viewer; those that have none there, a colour of napari's own."""
    if not colors:
        return
    by_id = {int(segment): color for segment, color in colors.items()}
    try:
        from napari.utils.colormaps import DirectLabelColormap
    except ImportError:
        layer.color = by_id  # before napari 0.4.19
        return
    layer.colormap = DirectLabelColormap(color_dict={**by_id, 0: "transparent", None: "gray"})


def open_window(server, folder, direct):
    """Opens napari with all of the place, until its window is closed."""
    import numpy

    try:
        import napari
    except ImportError:
        raise ClioError(
            'napari is not installed: python3 -m pip install "napari[all]". Without it, --save DIR writes the data into a folder.'
        ) from None
    names = folder_names(PARAMETERS["layers"])
    fetched = []
    for layer in PARAMETERS["layers"]:
        if direct:
            fetched.append(fetch_directly(layer, direct))
        else:
            target = os.path.join(folder, names[layer["name"]] + ".zarr")
            fetch_layer(server, layer, target)
            fetched.append(read_zarr(target))
    marks = fetch_marks(server)
    viewer = napari.Viewer(title=f"{PARAMETERS['title']} - Clio", axis_labels=("z", "y", "x"))
    for layer, data in zip(PARAMETERS["layers"], fetched):
        place = placed(layer["voxelSize"], layer["box"][:3])
        if layer["type"] == "image":
            contrast = layer.get("contrast") or [0, int(numpy.iinfo(layer["dtype"]).max)]
            viewer.add_image(data, name=layer["name"], colormap="gray", contrast_limits=contrast, **place)
        else:
            added = viewer.add_labels(data, name=layer["name"], opacity=0.4, **place)
            colored(added, layer.get("colors"))
    add_marks(viewer, marks)
    add_matches(viewer)
    if PARAMETERS.get("labels"):
        add_painting(napari, viewer, server)
    napari.run()


def add_painting(napari, viewer, server):
    """Adds the empty labels to paint in, and the key that sends them to Clio."""
    import numpy

    attributes = labels_attributes()
    place = "_".join(str(n) for n in PARAMETERS["labels"]["box"])
    stem = os.path.abspath(f"clio-labels-{file_name(attributes['dataset'])}-{place}")
    painted = viewer.add_labels(
        numpy.zeros(attributes["shape"][::-1], numpy.uint32),
        name="painted",
        opacity=0.6,
        metadata={"clio": attributes},
        **placed(attributes["voxelSize"], attributes["offset"]),
    )

    def send(_viewer=None):
        from napari.qt.threading import thread_worker
        from napari.utils.notifications import show_error, show_info

        try:
            array = checked(numpy.array(painted.data))
        except ClioError as error:
            show_error(str(error))
            return
        # First here: what was painted must outlast a server that is away. No copy takes the place of one before.
        copy = f"{stem}-{datetime.datetime.now():%Y%m%d-%H%M%S-%f}.zarr"
        kept = f"Your labels are in {copy}"
        try:
            write_labels(copy, array)
        except OSError as error:
            kept = f"And no copy of your labels could be written: {error}"
            show_error(f"The copy {copy} could not be written: {error}. The labels are sent all the same.")
        worker = thread_worker(lambda: upload(server, array))()
        worker.returned.connect(lambda name: show_info(f"Clio has your labels: {name}"))
        worker.errored.connect(lambda error: show_error(f"{error} {kept}"))
        show_info("Sending the labels to Clio ...")
        worker.start()

    viewer.bind_key(SAVE_KEY, send)
    print(f"Paint in the layer 'painted'; {SAVE_KEY} sends it to Clio.", file=sys.stderr)


# --- Back to Clio -------------------------------------------------------------------------------------------------------------------


def load_labels(file):
    """Labels that were painted elsewhere, as they are."""
    import numpy

    expected = labels_attributes()["shape"][::-1]
    try:
        array = numpy.load(file) if file.endswith(".npy") else read_zarr(file)[:]
    except (OSError, ValueError, KeyError) as error:
        raise ClioError(f"{file} cannot be read as labels, expected a .npy file or a Zarr array: {error}") from None
    if list(getattr(array, "shape", [])) != expected:
        raise ClioError(f"{file}: its shape is {list(getattr(array, 'shape', []))}, expected {expected} (z, y, x).")
    return array


def checked(array):
    """Labels with their bytes in the order that Clio takes. What is no label is refused: numpy would make another id of it silently."""
    if array.dtype.kind not in "bui":
        raise ClioError(f"The labels are of type {array.dtype}, expected whole numbers: bool, int or uint.")
    if array.dtype.kind == "i" and array.size > 0 and int(array.min()) < 0:
        raise ClioError(f"The labels hold {int(array.min())}, expected 0 (background) or more.")
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


def upload(server, array):
    """Sends labels to the person's own space on the server; a cut connection goes on where it was cut. Gives their name there."""
    attributes = labels_attributes()
    array = checked(array)
    name = f"napari {datetime.datetime.now():%Y-%m-%d %H:%M}"
    data = memoryview(array.tobytes())
    path = f"/api/labels/{urllib.parse.quote(attributes['dataset'], safe='')}/uploads"
    said = {"dtype": array.dtype.name, **{key: attributes[key] for key in ("shape", "offset", "voxelSize")}}
    # With a key it is the same upload where the answer is lost and this is asked again.
    body = {"name": name, "format": "raw", "bytes": len(data), "key": str(uuid.uuid4()), **said}
    begun = server.json(path, method="POST", body=body)
    path = f"{path}/{begun['id']}"
    try:
        send_parts(server, path, data)
        state = server.json(path + "/finish", method="POST")
    except BaseException:
        # Nobody goes on with it: what has come of it would take room of the person's quota for days.
        with contextlib.suppress(ClioError):
            server.bytes(path, method="DELETE", attempts=1)
        raise
    while state["state"] == "converting":
        time.sleep(0.5)
        state = server.json(path)
    if state["state"] != "done":
        raise ClioError(f"Clio could not keep the labels: {state.get('problem', state['state'])}")
    return name


def send_parts(server, path, data):
    """Sends bytes a part at a time. How much of a part has come before its connection was cut, the server alone knows."""
    progress = Progress("labels", len(data))
    received = 0
    failures = 0
    while received < len(data):
        part = bytes(data[received : received + UPLOAD_PART])
        try:
            answer = json.loads(server.bytes(path, {"from": received}, "PUT", part, attempts=1))
            failures = 0
        except ClioError as error:
            failures += 1
            if not (error.may_pass or error.code == "wrong-offset") or failures >= server.attempts:
                raise
            time.sleep(min(0.25 * 2.0**failures, 30))
            answer = server.json(path)
        progress.add(answer["received"] - received)
        received = answer["received"]


# --- The command --------------------------------------------------------------------------------------------------------------------


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--save", metavar="DIR", help="write the data into this folder, and open no window; run again, it goes on")
    parser.add_argument("--format", choices=("zarr", "numpy"), default="zarr", help="what --save writes (zarr)")
    parser.add_argument("--upload", metavar="FILE", help="send labels that were painted elsewhere (labels.npy or labels.zarr), and open no window")
    parser.add_argument(
        "--direct",
        choices=("tensorstore", "cloudvolume"),
        help="read public sources with this library and not through Clio's server; your merges are then not applied",
    )
    parser.add_argument("--attempts", type=int, default=6, help="how often a request is made before it counts as failed (6)")
    return parser.parse_args()


def run():
    if not PARAMETERS:
        raise ClioError("This is the template of a script: get the script itself in Clio's viewer.")
    arguments = read_arguments()
    token = os.environ.get("CLIO_TOKEN") or PARAMETERS.get("token")
    server = Server(PARAMETERS["server"], token, max(1, arguments.attempts))
    if arguments.upload:
        print(f"Clio has your labels: {upload(server, load_labels(arguments.upload))}")
    elif arguments.save:
        save(server, arguments.save, arguments.format, arguments.direct)
        print(f"Saved to {arguments.save}")
    else:
        with tempfile.TemporaryDirectory(prefix="clio-napari-") as folder:
            open_window(server, folder, arguments.direct)


def main():
    try:
        run()
    except ClioError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except OSError as error:
        # Of this machine's files: a disk that is full, a folder that is another's.
        print(f"\n{error}", file=sys.stderr)
        return 1
    except ImportError as error:
        print(f"\n{error.name} is not installed: python3 -m pip install numpy zarr", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. With --save DIR, what is there already is not fetched again.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
