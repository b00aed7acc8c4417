# The exact search of FAISS's flat binary index over a file of 64-bit codes: prints the milliseconds of each query, as JSON.
# Arguments: the file of codes, the file of queries, k.
import json
import sys
import time

import faiss
import numpy

codes, queries = (
    numpy.fromfile(name, dtype=numpy.uint8).reshape(-1, 8) for name in sys.argv[1:3]
)
index = faiss.IndexBinaryFlat(64)
index.add(codes)
# One query alone is searched by one thread, and more of them only get in its way.
faiss.omp_set_num_threads(1)
times = []
for query in queries:
    began = time.perf_counter()
    index.search(query.reshape(1, 8), int(sys.argv[3]))
    times.append(1000 * (time.perf_counter() - began))
print(json.dumps(times))
