;; The look at every signature, as fast as the machine can: the bar that a benchmark holds the engine against. Signatures lie in blocks
;; of 128, in planes of 16 bytes, one a bit of theirs, so that the bits in which 128 of them differ from a query are counted at once: by full
;; adders, which sum three bits to a digit and a carry. Source: Mula, Kurz and Lemire, "Faster Population Counts Using AVX2
;; Instructions" (2018), for the order of the adders (Harley and Seal).
(module
  (memory (export "memory") 1)

  ;; How many signatures lie within a bound of a query: four streams of $quarter bytes, one behind the other from $begin on, in blocks of
  ;; 1024. A block of each stream in turn: what fetches the memory ahead runs ahead in each of them, and one alone is left behind. $query: where
  ;; its bits are, 64 vectors of 0 or of 1 alone, and behind them those of the bound, 7, the lowest first.
  (func (export "countWithin")
    (param $begin i32) (param $quarter i32) (param $query i32) (result i32)
    (local $at i32) (local $stream i32) (local $end i32)
    (local $found i32) (local $bits i32) (local $last i32)
    (local $a v128) (local $b v128) (local $u v128) (local $carry v128)
    (local $t0 v128) (local $t1 v128) (local $f0 v128) (local $f1 v128)
    (local $ones v128) (local $twos v128) (local $fours v128) (local $eights v128)
    (local $sixteens v128) (local $thirties v128) (local $sixties v128)
    (local $digit v128) (local $near v128)
    (local.set $last (i32.add (local.get $query) (i32.const 1024)))
    (local.set $end (i32.add (local.get $begin) (local.get $quarter)))
    (block $done
      (loop $block
        (br_if $done (i32.ge_u (local.get $begin) (local.get $end)))
        (local.set $at
          (i32.add
            (local.get $begin)
            (i32.mul (local.get $stream) (local.get $quarter))))
        (local.set $stream
          (i32.and (i32.add (local.get $stream) (i32.const 1)) (i32.const 3)))
        (if (i32.eqz (local.get $stream))
          (then
            (local.set $begin
              (i32.add (local.get $begin) (i32.const 1024)))))
        (local.set $ones (v128.const i64x2 0 0))
        (local.set $twos (v128.const i64x2 0 0))
        (local.set $fours (v128.const i64x2 0 0))
        (local.set $eights (v128.const i64x2 0 0))
        (local.set $sixteens (v128.const i64x2 0 0))
        (local.set $thirties (v128.const i64x2 0 0))
        (local.set $sixties (v128.const i64x2 0 0))
        (local.set $bits (local.get $query))
        (loop $eight
          (local.set $a (v128.xor (v128.load offset=0 (local.get $at)) (v128.load offset=0 (local.get $bits))))
          (local.set $b (v128.xor (v128.load offset=16 (local.get $at)) (v128.load offset=16 (local.get $bits))))
          (local.set $u (v128.xor (local.get $ones) (local.get $a)))
          (local.set $t0
            (v128.or (v128.and (local.get $ones) (local.get $a)) (v128.and (local.get $u) (local.get $b))))
          (local.set $ones (v128.xor (local.get $u) (local.get $b)))
          (local.set $a (v128.xor (v128.load offset=32 (local.get $at)) (v128.load offset=32 (local.get $bits))))
          (local.set $b (v128.xor (v128.load offset=48 (local.get $at)) (v128.load offset=48 (local.get $bits))))
          (local.set $u (v128.xor (local.get $ones) (local.get $a)))
          (local.set $t1
            (v128.or (v128.and (local.get $ones) (local.get $a)) (v128.and (local.get $u) (local.get $b))))
          (local.set $ones (v128.xor (local.get $u) (local.get $b)))
          (local.set $u (v128.xor (local.get $twos) (local.get $t0)))
          (local.set $f0
            (v128.or (v128.and (local.get $twos) (local.get $t0)) (v128.and (local.get $u) (local.get $t1))))
          (local.set $twos (v128.xor (local.get $u) (local.get $t1)))
          (local.set $a (v128.xor (v128.load offset=64 (local.get $at)) (v128.load offset=64 (local.get $bits))))
          (local.set $b (v128.xor (v128.load offset=80 (local.get $at)) (v128.load offset=80 (local.get $bits))))
          (local.set $u (v128.xor (local.get $ones) (local.get $a)))
          (local.set $t0
            (v128.or (v128.and (local.get $ones) (local.get $a)) (v128.and (local.get $u) (local.get $b))))
          (local.set $ones (v128.xor (local.get $u) (local.get $b)))
          (local.set $a (v128.xor (v128.load offset=96 (local.get $at)) (v128.load offset=96 (local.get $bits))))
          (local.set $b (v128.xor (v128.load offset=112 (local.get $at)) (v128.load offset=112 (local.get $bits))))
          (local.set $u (v128.xor (local.get $ones) (local.get $a)))
          (local.set $t1
            (v128.or (v128.and (local.get $ones) (local.get $a)) (v128.and (local.get $u) (local.get $b))))
          (local.set $ones (v128.xor (local.get $u) (local.get $b)))
          (local.set $u (v128.xor (local.get $twos) (local.get $t0)))
          (local.set $f1
            (v128.or (v128.and (local.get $twos) (local.get $t0)) (v128.and (local.get $u) (local.get $t1))))
          (local.set $twos (v128.xor (local.get $u) (local.get $t1)))
          (local.set $u (v128.xor (local.get $fours) (local.get $f0)))
          (local.set $carry
            (v128.or (v128.and (local.get $fours) (local.get $f0)) (v128.and (local.get $u) (local.get $f1))))
          (local.set $fours (v128.xor (local.get $u) (local.get $f1)))
          (local.set $u (v128.and (local.get $eights) (local.get $carry)))
          (local.set $eights (v128.xor (local.get $eights) (local.get $carry)))
          (local.set $carry (local.get $u))
          (local.set $u (v128.and (local.get $sixteens) (local.get $carry)))
          (local.set $sixteens (v128.xor (local.get $sixteens) (local.get $carry)))
          (local.set $carry (local.get $u))
          (local.set $u (v128.and (local.get $thirties) (local.get $carry)))
          (local.set $thirties (v128.xor (local.get $thirties) (local.get $carry)))
          (local.set $carry (local.get $u))
          (local.set $sixties (v128.or (local.get $sixties) (local.get $carry)))
          (local.set $at (i32.add (local.get $at) (i32.const 128)))
          (local.set $bits (i32.add (local.get $bits) (i32.const 128)))
          (br_if $eight (i32.lt_u (local.get $bits) (local.get $last))))
        ;; Of two numbers that smaller one has the 0 in the highest digit in which they differ; equal ones count too.
        (local.set $near (v128.const i64x2 -1 -1))
        (local.set $digit (v128.load offset=0 (local.get $last)))
        (local.set $near
          (v128.or
            (v128.andnot (local.get $digit) (local.get $ones))
            (v128.andnot (local.get $near) (v128.xor (local.get $digit) (local.get $ones)))))
        (local.set $digit (v128.load offset=16 (local.get $last)))
        (local.set $near
          (v128.or
            (v128.andnot (local.get $digit) (local.get $twos))
            (v128.andnot (local.get $near) (v128.xor (local.get $digit) (local.get $twos)))))
        (local.set $digit (v128.load offset=32 (local.get $last)))
        (local.set $near
          (v128.or
            (v128.andnot (local.get $digit) (local.get $fours))
            (v128.andnot (local.get $near) (v128.xor (local.get $digit) (local.get $fours)))))
        (local.set $digit (v128.load offset=48 (local.get $last)))
        (local.set $near
          (v128.or
            (v128.andnot (local.get $digit) (local.get $eights))
            (v128.andnot (local.get $near) (v128.xor (local.get $digit) (local.get $eights)))))
        (local.set $digit (v128.load offset=64 (local.get $last)))
        (local.set $near
          (v128.or
            (v128.andnot (local.get $digit) (local.get $sixteens))
            (v128.andnot (local.get $near) (v128.xor (local.get $digit) (local.get $sixteens)))))
        (local.set $digit (v128.load offset=80 (local.get $last)))
        (local.set $near
          (v128.or
            (v128.andnot (local.get $digit) (local.get $thirties))
            (v128.andnot (local.get $near) (v128.xor (local.get $digit) (local.get $thirties)))))
        (local.set $digit (v128.load offset=96 (local.get $last)))
        (local.set $near
          (v128.or
            (v128.andnot (local.get $digit) (local.get $sixties))
            (v128.andnot (local.get $near) (v128.xor (local.get $digit) (local.get $sixties)))))
        (if (v128.any_true (local.get $near))
          (then
            (local.set $found
              (i32.add
                (local.get $found)
                (i32.wrap_i64
                  (i64.add
                    (i64.popcnt (i64x2.extract_lane 0 (local.get $near)))
                    (i64.popcnt (i64x2.extract_lane 1 (local.get $near)))))))))
        (br $block)))
    (local.get $found))

  ;; The sum of all 16-byte words from $at to $end, four streams at once: what reading the memory takes at least.
  (func (export "sum") (param $at i32) (param $quarter i32) (result i32)
    (local $end i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $two i32) (local $three i32)
    (local.set $end (i32.add (local.get $at) (local.get $quarter)))
    (local.set $two (i32.mul (local.get $quarter) (i32.const 2)))
    (local.set $three (i32.mul (local.get $quarter) (i32.const 3)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $a (i64x2.add (local.get $a) (v128.load (local.get $at))))
        (local.set $b (i64x2.add (local.get $b) (v128.load (i32.add (local.get $at) (local.get $quarter)))))
        (local.set $c (i64x2.add (local.get $c) (v128.load (i32.add (local.get $at) (local.get $two)))))
        (local.set $d (i64x2.add (local.get $d) (v128.load (i32.add (local.get $at) (local.get $three)))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next)))
    (i32.wrap_i64
      (i64x2.extract_lane 0
        (i64x2.add
          (i64x2.add (local.get $a) (local.get $b))
          (i64x2.add (local.get $c) (local.get $d)))))))
