"""napari's worker threads, run at once."""


class Signal:
    def __init__(self):
        self.heard = []

    def connect(self, listener):
        self.heard.append(listener)

    def emit(self, value):
        for listener in self.heard:
            listener(value)


class Worker:
    def __init__(self, work):
        self.work = work
        self.returned = Signal()
        self.errored = Signal()

    def start(self):
        try:
            value = self.work()
        except Exception as error:  # a worker tells of every error
            self.errored.emit(error)
        else:
            self.returned.emit(value)


def thread_worker(function):
    return lambda: Worker(function)
