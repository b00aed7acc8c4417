class DirectLabelColormap:
    def __init__(self, *, color_dict):
        assert None in color_dict, "a colour for all others"
        assert all(key is None or isinstance(key, int) for key in color_dict)
        self.color_dict = color_dict
