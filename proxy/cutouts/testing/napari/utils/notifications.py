import napari


def show_info(message):
    napari.calls.append({"call": "show_info", "message": message})


def show_error(message):
    napari.calls.append({"call": "show_error", "message": message})
