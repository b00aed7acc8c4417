;; The look at every signature, as fast as the machine can: the bar that a benchmark holds the engine against. The signatures lie
;; in eight planes, one a byte of theirs, so that 16 are compared at once and the planes are read as eight streams.
(module
  (memory (export "memory") 1)

  ;; How many of $count signatures, a multiple of 16, lie within $bound of $query. Plane b begins at $planes + b * $count.
  (func (export "countWithin")
    (param $planes i32) (param $count i32) (param $query i64)
    (param $bound i32) (result i32)
    (local $at i32) (local $end i32) (local $found i32)
    (local $p1 i32) (local $p2 i32) (local $p3 i32) (local $p4 i32)
    (local $p5 i32) (local $p6 i32) (local $p7 i32)
    (local $q0 v128) (local $q1 v128) (local $q2 v128) (local $q3 v128)
    (local $q4 v128) (local $q5 v128) (local $q6 v128) (local $q7 v128)
    (local $near v128) (local $bounds v128)
    (local.set $q0 (i8x16.splat (i32.wrap_i64 (local.get $query))))
    (local.set $q1 (i8x16.splat (i32.wrap_i64 (i64.shr_u (local.get $query) (i64.const 8)))))
    (local.set $q2 (i8x16.splat (i32.wrap_i64 (i64.shr_u (local.get $query) (i64.const 16)))))
    (local.set $q3 (i8x16.splat (i32.wrap_i64 (i64.shr_u (local.get $query) (i64.const 24)))))
    (local.set $q4 (i8x16.splat (i32.wrap_i64 (i64.shr_u (local.get $query) (i64.const 32)))))
    (local.set $q5 (i8x16.splat (i32.wrap_i64 (i64.shr_u (local.get $query) (i64.const 40)))))
    (local.set $q6 (i8x16.splat (i32.wrap_i64 (i64.shr_u (local.get $query) (i64.const 48)))))
    (local.set $q7 (i8x16.splat (i32.wrap_i64 (i64.shr_u (local.get $query) (i64.const 56)))))
    (local.set $bounds (i8x16.splat (local.get $bound)))
    (local.set $at (local.get $planes))
    (local.set $end (i32.add (local.get $planes) (local.get $count)))
    (local.set $p1 (local.get $count))
    (local.set $p2 (i32.mul (local.get $count) (i32.const 2)))
    (local.set $p3 (i32.mul (local.get $count) (i32.const 3)))
    (local.set $p4 (i32.mul (local.get $count) (i32.const 4)))
    (local.set $p5 (i32.mul (local.get $count) (i32.const 5)))
    (local.set $p6 (i32.mul (local.get $count) (i32.const 6)))
    (local.set $p7 (i32.mul (local.get $count) (i32.const 7)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $near
          (i8x16.le_u
            (i8x16.add
              (i8x16.add
                (i8x16.add
                  (i8x16.popcnt (v128.xor (local.get $q0) (v128.load (local.get $at))))
                  (i8x16.popcnt (v128.xor (local.get $q1) (v128.load (i32.add (local.get $at) (local.get $p1))))))
                (i8x16.add
                  (i8x16.popcnt (v128.xor (local.get $q2) (v128.load (i32.add (local.get $at) (local.get $p2)))))
                  (i8x16.popcnt (v128.xor (local.get $q3) (v128.load (i32.add (local.get $at) (local.get $p3)))))))
              (i8x16.add
                (i8x16.add
                  (i8x16.popcnt (v128.xor (local.get $q4) (v128.load (i32.add (local.get $at) (local.get $p4)))))
                  (i8x16.popcnt (v128.xor (local.get $q5) (v128.load (i32.add (local.get $at) (local.get $p5))))))
                (i8x16.add
                  (i8x16.popcnt (v128.xor (local.get $q6) (v128.load (i32.add (local.get $at) (local.get $p6)))))
                  (i8x16.popcnt (v128.xor (local.get $q7) (v128.load (i32.add (local.get $at) (local.get $p7))))))))
            (local.get $bounds)))
        (if (v128.any_true (local.get $near))
          (then
            (local.set $found
              (i32.add
                (local.get $found)
                (i32.popcnt (i8x16.bitmask (local.get $near)))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next)))
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
