-- lanes: a search with a radius of 0
-- @example0 INT64 81985529216486895
-- @maxDistance INT64 7
-- @excluded0 INT64 7
-- @boxMinX INT64 0
-- @boxMaxX INT64 4096
-- @boxMinY INT64 0
-- @boxMaxY INT64 4096
-- @boxMinZ INT64 0
-- @boxMaxZ INT64 512
-- @excludedBox0MinX INT64 1
-- @excludedBox0MaxX INT64 10
-- @excludedBox0MinY INT64 2
-- @excludedBox0MaxY INT64 20
-- @excludedBox0MinZ INT64 3
-- @excludedBox0MaxZ INT64 30
WITH candidates AS (
SELECT signature, x, y, z FROM `my-lab.signatures.lane0`
WHERE key IN (291)
UNION ALL
SELECT signature, x, y, z FROM `my-lab.signatures.lane1`
WHERE key IN (17767) AND NOT (BIT_COUNT((signature ^ @example0) & -281474976710656) <= 0)
UNION ALL
SELECT signature, x, y, z FROM `my-lab.signatures.lane2`
WHERE key IN (35243) AND NOT (BIT_COUNT((signature ^ @example0) & -281474976710656) <= 0) AND NOT (BIT_COUNT((signature ^ @example0) & 281470681743360) <= 0)
UNION ALL
SELECT signature, x, y, z FROM `my-lab.signatures.lane3`
WHERE key IN (52719) AND NOT (BIT_COUNT((signature ^ @example0) & -281474976710656) <= 0) AND NOT (BIT_COUNT((signature ^ @example0) & 281470681743360) <= 0) AND NOT (BIT_COUNT((signature ^ @example0) & 4294901760) <= 0)
),
measured AS (
SELECT BIT_COUNT(signature ^ @example0) AS distance, signature, x, y, z
FROM candidates
),
found AS (
SELECT distance, signature, x, y, z
FROM measured
WHERE distance <= @maxDistance
AND distance <= BIT_COUNT(signature ^ @excluded0)
AND x >= @boxMinX AND x < @boxMaxX AND y >= @boxMinY AND y < @boxMaxY AND z >= @boxMinZ AND z < @boxMaxZ
AND NOT (x >= @excludedBox0MinX AND x < @excludedBox0MaxX AND y >= @excludedBox0MinY AND y < @excludedBox0MaxY AND z >= @excludedBox0MinZ AND z < @excludedBox0MaxZ)
ORDER BY distance, signature < 0, signature, z, y, x
LIMIT 100 OFFSET 0
),
answer AS (
SELECT distance, signature, x, y, z FROM found
UNION ALL
SELECT -1 AS distance, version AS signature, 0 AS x, 0 AS y, 0 AS z FROM `my-lab.signatures.info`
)
SELECT distance, signature, x, y, z
FROM answer
ORDER BY distance, signature < 0, signature, z, y, x;

-- lanes: a search with a radius of 1
-- @example0 INT64 81985529216486895
-- @example1 INT64 -1
-- @maxDistance INT64 7
-- @excluded0 INT64 7
-- @boxMinX INT64 0
-- @boxMaxX INT64 4096
-- @boxMinY INT64 0
-- @boxMaxY INT64 4096
-- @boxMinZ INT64 0
-- @boxMaxZ INT64 512
-- @excludedBox0MinX INT64 1
-- @excludedBox0MaxX INT64 10
-- @excludedBox0MinY INT64 2
-- @excludedBox0MaxY INT64 20
-- @excludedBox0MinZ INT64 3
-- @excludedBox0MaxZ INT64 30
WITH candidates AS (
SELECT signature, x, y, z FROM `my-lab.signatures.lane0`
WHERE key IN (35, 259, 289, 290, 291, 295, 299, 307, 355, 419, 803, 1315, 2339, 4387, 8483, 16675, 32767, 33059, 49151, 57343, 61439, 63487, 64511, 65023, 65279, 65407, 65471, 65503, 65519, 65527, 65531, 65533, 65534, 65535)
UNION ALL
SELECT signature, x, y, z FROM `my-lab.signatures.lane1`
WHERE key IN (1383, 16743, 17511, 17703, 17735, 17763, 17765, 17766, 17767, 17775, 17783, 17895, 18279, 19815, 21863, 25959, 32767, 49151, 50535, 57343, 61439, 63487, 64511, 65023, 65279, 65407, 65471, 65503, 65519, 65527, 65531, 65533, 65534, 65535) AND NOT (BIT_COUNT((signature ^ @example0) & -281474976710656) <= 1 OR BIT_COUNT((signature ^ @example1) & -281474976710656) <= 1)
UNION ALL
SELECT signature, x, y, z FROM `my-lab.signatures.lane2`
WHERE key IN (2475, 32767, 33195, 34987, 35115, 35211, 35235, 35241, 35242, 35243, 35247, 35259, 35307, 35755, 36267, 39339, 43435, 49151, 51627, 57343, 61439, 63487, 64511, 65023, 65279, 65407, 65471, 65503, 65519, 65527, 65531, 65533, 65534, 65535) AND NOT (BIT_COUNT((signature ^ @example0) & -281474976710656) <= 1 OR BIT_COUNT((signature ^ @example1) & -281474976710656) <= 1) AND NOT (BIT_COUNT((signature ^ @example0) & 281470681743360) <= 1 OR BIT_COUNT((signature ^ @example1) & 281470681743360) <= 1)
UNION ALL
SELECT signature, x, y, z FROM `my-lab.signatures.lane3`
WHERE key IN (19951, 32767, 36335, 49151, 50671, 51695, 52463, 52591, 52655, 52687, 52711, 52715, 52717, 52718, 52719, 52735, 53231, 56815, 57343, 60911, 61439, 63487, 64511, 65023, 65279, 65407, 65471, 65503, 65519, 65527, 65531, 65533, 65534, 65535) AND NOT (BIT_COUNT((signature ^ @example0) & -281474976710656) <= 1 OR BIT_COUNT((signature ^ @example1) & -281474976710656) <= 1) AND NOT (BIT_COUNT((signature ^ @example0) & 281470681743360) <= 1 OR BIT_COUNT((signature ^ @example1) & 281470681743360) <= 1) AND NOT (BIT_COUNT((signature ^ @example0) & 4294901760) <= 1 OR BIT_COUNT((signature ^ @example1) & 4294901760) <= 1)
),
measured AS (
SELECT LEAST(BIT_COUNT(signature ^ @example0), BIT_COUNT(signature ^ @example1)) AS distance, signature, x, y, z
FROM candidates
),
found AS (
SELECT distance, signature, x, y, z
FROM measured
WHERE distance <= @maxDistance
AND distance <= BIT_COUNT(signature ^ @excluded0)
AND x >= @boxMinX AND x < @boxMaxX AND y >= @boxMinY AND y < @boxMaxY AND z >= @boxMinZ AND z < @boxMaxZ
AND NOT (x >= @excludedBox0MinX AND x < @excludedBox0MaxX AND y >= @excludedBox0MinY AND y < @excludedBox0MaxY AND z >= @excludedBox0MinZ AND z < @excludedBox0MaxZ)
ORDER BY distance, signature < 0, signature, z, y, x
LIMIT 100 OFFSET 0
),
answer AS (
SELECT distance, signature, x, y, z FROM found
UNION ALL
SELECT -1 AS distance, version AS signature, 0 AS x, 0 AS y, 0 AS z FROM `my-lab.signatures.info`
)
SELECT distance, signature, x, y, z
FROM answer
ORDER BY distance, signature < 0, signature, z, y, x;

-- lanes: a search with a radius of undefined
-- @example0 INT64 81985529216486895
-- @maxDistance INT64 7
-- @excluded0 INT64 7
-- @boxMinX INT64 0
-- @boxMaxX INT64 4096
-- @boxMinY INT64 0
-- @boxMaxY INT64 4096
-- @boxMinZ INT64 0
-- @boxMaxZ INT64 512
-- @excludedBox0MinX INT64 1
-- @excludedBox0MaxX INT64 10
-- @excludedBox0MinY INT64 2
-- @excludedBox0MaxY INT64 20
-- @excludedBox0MinZ INT64 3
-- @excludedBox0MaxZ INT64 30
WITH candidates AS (
SELECT signature, x, y, z FROM `my-lab.signatures.lane0` WHERE key BETWEEN 0 AND 65535
),
measured AS (
SELECT BIT_COUNT(signature ^ @example0) AS distance, signature, x, y, z
FROM candidates
),
found AS (
SELECT distance, signature, x, y, z
FROM measured
WHERE distance <= @maxDistance
AND distance <= BIT_COUNT(signature ^ @excluded0)
AND x >= @boxMinX AND x < @boxMaxX AND y >= @boxMinY AND y < @boxMaxY AND z >= @boxMinZ AND z < @boxMaxZ
AND NOT (x >= @excludedBox0MinX AND x < @excludedBox0MaxX AND y >= @excludedBox0MinY AND y < @excludedBox0MaxY AND z >= @excludedBox0MinZ AND z < @excludedBox0MaxZ)
ORDER BY distance, signature < 0, signature, z, y, x
LIMIT 100 OFFSET 0
),
answer AS (
SELECT distance, signature, x, y, z FROM found
UNION ALL
SELECT -1 AS distance, version AS signature, 0 AS x, 0 AS y, 0 AS z FROM `my-lab.signatures.info`
)
SELECT distance, signature, x, y, z
FROM answer
ORDER BY distance, signature < 0, signature, z, y, x;

-- lanes: a place
-- @placeX INT64 1000
-- @voxelX FLOAT64 8
-- @placeY INT64 1000
-- @voxelY FLOAT64 8
-- @placeZ INT64 30
-- @voxelZ FLOAT64 30
-- @nearMinX INT64 900
-- @nearMaxX INT64 1100
-- @nearMinY INT64 900
-- @nearMaxY INT64 1100
-- @nearMinZ INT64 0
-- @nearMaxZ INT64 60
WITH near AS (
SELECT signature, x, y, z FROM `my-lab.signatures.places` WHERE key IN (26433, 29412, 42976, 45955)
),
found AS (
SELECT 0 AS distance, signature, x, y, z
FROM near
WHERE x >= @nearMinX AND x < @nearMaxX AND y >= @nearMinY AND y < @nearMaxY AND z >= @nearMinZ AND z < @nearMaxZ
ORDER BY ((x - @placeX) * @voxelX) * ((x - @placeX) * @voxelX) + ((y - @placeY) * @voxelY) * ((y - @placeY) * @voxelY) + ((z - @placeZ) * @voxelZ) * ((z - @placeZ) * @voxelZ), z, y, x, signature < 0, signature
LIMIT 64
),
answer AS (
SELECT distance, signature, x, y, z FROM found
UNION ALL
SELECT -1 AS distance, version AS signature, 0 AS x, 0 AS y, 0 AS z FROM `my-lab.signatures.info`
)
SELECT distance, signature, x, y, z
FROM answer
ORDER BY distance, signature < 0, signature, z, y, x;

-- hamming: a search with a radius of 0
-- @example0 INT64 81985529216486895
-- @maxDistance INT64 7
-- @excluded0 INT64 7
-- @boxMinX INT64 0
-- @boxMaxX INT64 4096
-- @boxMinY INT64 0
-- @boxMaxY INT64 4096
-- @boxMinZ INT64 0
-- @boxMaxZ INT64 512
-- @excludedBox0MinX INT64 1
-- @excludedBox0MaxX INT64 10
-- @excludedBox0MinY INT64 2
-- @excludedBox0MaxY INT64 20
-- @excludedBox0MinZ INT64 3
-- @excludedBox0MaxZ INT64 30
WITH candidates AS (
SELECT signature, x, y, z FROM `my-lab.signatures.hamming0`
WHERE part IN (1372)
UNION DISTINCT
SELECT signature, x, y, z FROM `my-lab.signatures.hamming1`
WHERE part IN (3551)
UNION DISTINCT
SELECT signature, x, y, z FROM `my-lab.signatures.hamming2`
WHERE part IN (1000)
UNION DISTINCT
SELECT signature, x, y, z FROM `my-lab.signatures.hamming3`
WHERE part IN (812)
),
measured AS (
SELECT BIT_COUNT(signature ^ @example0) AS distance, signature, x, y, z
FROM candidates
),
found AS (
SELECT distance, signature, x, y, z
FROM measured
WHERE distance <= @maxDistance
AND distance <= BIT_COUNT(signature ^ @excluded0)
AND x >= @boxMinX AND x < @boxMaxX AND y >= @boxMinY AND y < @boxMaxY AND z >= @boxMinZ AND z < @boxMaxZ
AND NOT (x >= @excludedBox0MinX AND x < @excludedBox0MaxX AND y >= @excludedBox0MinY AND y < @excludedBox0MaxY AND z >= @excludedBox0MinZ AND z < @excludedBox0MaxZ)
ORDER BY distance, signature < 0, signature, z, y, x
LIMIT 100 OFFSET 0
),
answer AS (
SELECT distance, signature, x, y, z FROM found
)
SELECT distance, signature, x, y, z
FROM answer
ORDER BY distance, signature < 0, signature, z, y, x;

-- hamming: a search with a radius of 1
-- @example0 INT64 81985529216486895
-- @example1 INT64 -1
-- @maxDistance INT64 7
-- @excluded0 INT64 7
-- @boxMinX INT64 0
-- @boxMaxX INT64 4096
-- @boxMinY INT64 0
-- @boxMaxY INT64 4096
-- @boxMinZ INT64 0
-- @boxMaxZ INT64 512
-- @excludedBox0MinX INT64 1
-- @excludedBox0MaxX INT64 10
-- @excludedBox0MinY INT64 2
-- @excludedBox0MaxY INT64 20
-- @excludedBox0MinZ INT64 3
-- @excludedBox0MaxZ INT64 30
WITH candidates AS (
SELECT signature, x, y, z FROM `my-lab.signatures.hamming0`
WHERE part IN (66, 122, 139, 363, 519, 650, 796, 841, 973, 1039, 1107, 1164, 1372, 1422, 1468, 1584, 1858, 1862, 2037, 2536, 2691, 2692, 2710, 2846, 2907, 2935, 3094, 3140, 3206, 3314, 3839, 3914)
UNION DISTINCT
SELECT signature, x, y, z FROM `my-lab.signatures.hamming1`
WHERE part IN (191, 262, 377, 579, 714, 913, 1013, 1167, 1281, 1428, 1449, 1606, 1754, 1836, 1886, 2081, 2264, 2317, 2538, 2773, 2861, 2877, 2927, 3307, 3323, 3498, 3551, 3571, 3581, 3606, 3654, 3903, 3913, 3934)
UNION DISTINCT
SELECT signature, x, y, z FROM `my-lab.signatures.hamming2`
WHERE part IN (15, 312, 409, 786, 915, 1000, 1077, 1097, 1258, 1382, 1424, 1434, 1437, 1827, 1848, 1849, 1887, 1961, 1994, 2084, 2164, 2356, 2429, 2581, 2686, 2778, 3162, 3211, 3212, 3402, 3465, 3829, 3948, 3950)
UNION DISTINCT
SELECT signature, x, y, z FROM `my-lab.signatures.hamming3`
WHERE part IN (42, 117, 118, 123, 200, 255, 272, 679, 680, 716, 791, 812, 1242, 1515, 1557, 1636, 1658, 1688, 1729, 1923, 1942, 1947, 2193, 2338, 2356, 2424, 2470, 2634, 2658, 2733, 3109, 3342, 3373, 3846)
),
measured AS (
SELECT LEAST(BIT_COUNT(signature ^ @example0), BIT_COUNT(signature ^ @example1)) AS distance, signature, x, y, z
FROM candidates
),
found AS (
SELECT distance, signature, x, y, z
FROM measured
WHERE distance <= @maxDistance
AND distance <= BIT_COUNT(signature ^ @excluded0)
AND x >= @boxMinX AND x < @boxMaxX AND y >= @boxMinY AND y < @boxMaxY AND z >= @boxMinZ AND z < @boxMaxZ
AND NOT (x >= @excludedBox0MinX AND x < @excludedBox0MaxX AND y >= @excludedBox0MinY AND y < @excludedBox0MaxY AND z >= @excludedBox0MinZ AND z < @excludedBox0MaxZ)
ORDER BY distance, signature < 0, signature, z, y, x
LIMIT 100 OFFSET 0
),
answer AS (
SELECT distance, signature, x, y, z FROM found
)
SELECT distance, signature, x, y, z
FROM answer
ORDER BY distance, signature < 0, signature, z, y, x;

-- hamming: a search with a radius of undefined
-- @example0 INT64 81985529216486895
-- @maxDistance INT64 7
-- @excluded0 INT64 7
-- @boxMinX INT64 0
-- @boxMaxX INT64 4096
-- @boxMinY INT64 0
-- @boxMaxY INT64 4096
-- @boxMinZ INT64 0
-- @boxMaxZ INT64 512
-- @excludedBox0MinX INT64 1
-- @excludedBox0MaxX INT64 10
-- @excludedBox0MinY INT64 2
-- @excludedBox0MaxY INT64 20
-- @excludedBox0MinZ INT64 3
-- @excludedBox0MaxZ INT64 30
WITH candidates AS (
SELECT DISTINCT signature, x, y, z FROM `my-lab.signatures.hamming0` WHERE part BETWEEN 0 AND 3999
),
measured AS (
SELECT BIT_COUNT(signature ^ @example0) AS distance, signature, x, y, z
FROM candidates
),
found AS (
SELECT distance, signature, x, y, z
FROM measured
WHERE distance <= @maxDistance
AND distance <= BIT_COUNT(signature ^ @excluded0)
AND x >= @boxMinX AND x < @boxMaxX AND y >= @boxMinY AND y < @boxMaxY AND z >= @boxMinZ AND z < @boxMaxZ
AND NOT (x >= @excludedBox0MinX AND x < @excludedBox0MaxX AND y >= @excludedBox0MinY AND y < @excludedBox0MaxY AND z >= @excludedBox0MinZ AND z < @excludedBox0MaxZ)
ORDER BY distance, signature < 0, signature, z, y, x
LIMIT 100 OFFSET 0
),
answer AS (
SELECT distance, signature, x, y, z FROM found
)
SELECT distance, signature, x, y, z
FROM answer
ORDER BY distance, signature < 0, signature, z, y, x;

-- hamming: a place
-- @placeX INT64 1000
-- @voxelX FLOAT64 8
-- @placeY INT64 1000
-- @voxelY FLOAT64 8
-- @placeZ INT64 30
-- @voxelZ FLOAT64 30
-- @nearMinX INT64 900
-- @nearMaxX INT64 1100
-- @nearMinY INT64 900
-- @nearMaxY INT64 1100
-- @nearMinZ INT64 0
-- @nearMaxZ INT64 60
WITH near AS (
SELECT DISTINCT signature, x, y, z FROM `my-lab.signatures.hamming0` WHERE part BETWEEN 0 AND 3999
),
found AS (
SELECT 0 AS distance, signature, x, y, z
FROM near
WHERE x >= @nearMinX AND x < @nearMaxX AND y >= @nearMinY AND y < @nearMaxY AND z >= @nearMinZ AND z < @nearMaxZ
ORDER BY ((x - @placeX) * @voxelX) * ((x - @placeX) * @voxelX) + ((y - @placeY) * @voxelY) * ((y - @placeY) * @voxelY) + ((z - @placeZ) * @voxelZ) * ((z - @placeZ) * @voxelZ), z, y, x, signature < 0, signature
LIMIT 64
),
answer AS (
SELECT distance, signature, x, y, z FROM found
)
SELECT distance, signature, x, y, z
FROM answer
ORDER BY distance, signature < 0, signature, z, y, x;

-- making lane0
CREATE OR REPLACE TABLE `my-lab.signatures.lane0`
PARTITION BY RANGE_BUCKET(key, GENERATE_ARRAY(0, 65536, 32))
CLUSTER BY key
OPTIONS (require_partition_filter = TRUE)
AS SELECT (signature >> 48) & 65535 AS key, signature, x, y, z
FROM `my-lab.signatures.records`;

-- making lane1
CREATE OR REPLACE TABLE `my-lab.signatures.lane1`
PARTITION BY RANGE_BUCKET(key, GENERATE_ARRAY(0, 65536, 32))
CLUSTER BY key
OPTIONS (require_partition_filter = TRUE)
AS SELECT (signature >> 32) & 65535 AS key, signature, x, y, z
FROM `my-lab.signatures.records`;

-- making lane2
CREATE OR REPLACE TABLE `my-lab.signatures.lane2`
PARTITION BY RANGE_BUCKET(key, GENERATE_ARRAY(0, 65536, 32))
CLUSTER BY key
OPTIONS (require_partition_filter = TRUE)
AS SELECT (signature >> 16) & 65535 AS key, signature, x, y, z
FROM `my-lab.signatures.records`;

-- making lane3
CREATE OR REPLACE TABLE `my-lab.signatures.lane3`
PARTITION BY RANGE_BUCKET(key, GENERATE_ARRAY(0, 65536, 32))
CLUSTER BY key
OPTIONS (require_partition_filter = TRUE)
AS SELECT (signature >> 0) & 65535 AS key, signature, x, y, z
FROM `my-lab.signatures.records`;

-- making places
CREATE OR REPLACE TABLE `my-lab.signatures.places`
PARTITION BY RANGE_BUCKET(key, GENERATE_ARRAY(0, 65536, 32))
CLUSTER BY key
OPTIONS (require_partition_filter = TRUE)
AS SELECT MOD((x >> 7) * 73856093 + (y >> 7) * 19349663 + (z >> 7) * 83492791, 65536) AS key, signature, x, y, z
FROM `my-lab.signatures.records`;
