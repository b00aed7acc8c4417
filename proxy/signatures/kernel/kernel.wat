;; The loops of the signature engine that see every signature. What each does, and the plain form that it is tested against,
;; is in kernel.ts and plain_kernel.ts. All addresses are bytes in the module's memory.
(module
  (memory (export "memory") 1)

  ;; How many of the 16 bits of a lane are set; the lane begins $shift bits above the lowest.
  (func $laneDistance (param $difference i64) (param $shift i64) (result i32)
    (i32.wrap_i64
      (i64.popcnt
        (i64.and
          (i64.shr_u (local.get $difference) (local.get $shift))
          (i64.const 0xffff)))))

  ;; Whether a signature that differs from the query in $difference was met before: some lane was probed at its radius there. $met: see
  ;; kernel.ts.
  (func $metBefore (param $difference i64) (param $met i32) (result i32)
    (local $shift i64)
    (local.set $shift (i64.const 48))
    (loop $lanes
      (if
        (i32.lt_u
          (call $laneDistance (local.get $difference) (local.get $shift))
          (i32.and (local.get $met) (i32.const 0xff)))
        (then (return (i32.const 1))))
      (local.set $met (i32.shr_u (local.get $met) (i32.const 8)))
      (local.set $shift (i64.sub (local.get $shift) (i64.const 16)))
      (br_if $lanes (i32.ne (local.get $met) (i32.const 0))))
    (i32.const 0))

  ;; Writes down the signature at $at where it is near enough and was not met before: gives where the next hit goes.
  (func $near
    (param $difference i64) (param $codes i32) (param $at i32)
    (param $bound i64) (param $met i32) (param $hit i32) (result i32)
    (if
      (i64.gt_u (i64.popcnt (local.get $difference)) (local.get $bound))
      (then (return (local.get $hit))))
    (if (call $metBefore (local.get $difference) (local.get $met))
      (then (return (local.get $hit))))
    ;; The number of the signature times 128, of addresses 8 apart.
    (i32.store
      (local.get $hit)
      (i32.or
        (i32.shl
          (i32.sub (local.get $at) (local.get $codes))
          (i32.const 4))
        (i32.wrap_i64 (i64.popcnt (local.get $difference)))))
    (i32.add (local.get $hit) (i32.const 4)))

  ;; Four at a time: hardly any is near enough, so that one branch does for four.
  (func (export "scan")
    (param $codes i32) (param $count i32)
    (param $query i64) (param $distance i32) (param $met i32)
    (param $hits i32) (result i32)
    (local $bound i64)
    (local $at i32) (local $end i32) (local $hit i32)
    (local $a i64) (local $b i64) (local $c i64) (local $d i64)
    (local.set $bound (i64.extend_i32_u (local.get $distance)))
    (local.set $at (local.get $codes))
    (local.set $hit (local.get $hits))
    (local.set $end
      (i32.add
        (local.get $codes)
        (i32.shl
          (i32.and (local.get $count) (i32.const -4))
          (i32.const 3))))
    (block $fours
      (loop $next
        (br_if $fours (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $a
          (i64.xor (local.get $query) (i64.load (local.get $at))))
        (local.set $b
          (i64.xor (local.get $query) (i64.load offset=8 (local.get $at))))
        (local.set $c
          (i64.xor (local.get $query) (i64.load offset=16 (local.get $at))))
        (local.set $d
          (i64.xor (local.get $query) (i64.load offset=24 (local.get $at))))
        (if
          (i32.or
            (i32.or
              (i64.le_u (i64.popcnt (local.get $a)) (local.get $bound))
              (i64.le_u (i64.popcnt (local.get $b)) (local.get $bound)))
            (i32.or
              (i64.le_u (i64.popcnt (local.get $c)) (local.get $bound))
              (i64.le_u (i64.popcnt (local.get $d)) (local.get $bound))))
          (then
            (local.set $hit
              (call $near (local.get $a) (local.get $codes) (local.get $at)
                (local.get $bound) (local.get $met) (local.get $hit)))
            (local.set $hit
              (call $near (local.get $b) (local.get $codes)
                (i32.add (local.get $at) (i32.const 8))
                (local.get $bound) (local.get $met) (local.get $hit)))
            (local.set $hit
              (call $near (local.get $c) (local.get $codes)
                (i32.add (local.get $at) (i32.const 16))
                (local.get $bound) (local.get $met) (local.get $hit)))
            (local.set $hit
              (call $near (local.get $d) (local.get $codes)
                (i32.add (local.get $at) (i32.const 24))
                (local.get $bound) (local.get $met) (local.get $hit)))))
        (local.set $at (i32.add (local.get $at) (i32.const 32)))
        (br $next)))
    (local.set $end
      (i32.add (local.get $codes) (i32.shl (local.get $count) (i32.const 3))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $hit
          (call $near
            (i64.xor (local.get $query) (i64.load (local.get $at)))
            (local.get $codes) (local.get $at)
            (local.get $bound) (local.get $met) (local.get $hit)))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br $next)))
    (i32.shr_u
      (i32.sub (local.get $hit) (local.get $hits))
      (i32.const 2)))

  ;; The tables of the eight bytes lie side by side, 1024 bytes each.
  (func (export "countBytes")
    (param $keys i32) (param $count i32) (param $counts i32)
    (local $i i32)
    (local $end i32)
    (local $slot i32)
    (memory.fill (local.get $counts) (i32.const 0) (i32.const 8192))
    (local.set $end (i32.shl (local.get $count) (i32.const 3)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $end)))
        (local.set $slot
          (i32.add
            (local.get $counts)
            (i32.or
              (i32.shl
                (i32.and (local.get $i) (i32.const 7))
                (i32.const 10))
              (i32.shl
                (i32.load8_u (i32.add (local.get $keys) (local.get $i)))
                (i32.const 2)))))
        (i32.store
          (local.get $slot)
          (i32.add (i32.load (local.get $slot)) (i32.const 1)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next))))

  ;; Each key goes where the next with its byte belongs, which is then one further.
  (func (export "sortPass")
    (param $keys i32) (param $rows i32) (param $count i32)
    (param $byte i32) (param $starts i32)
    (param $sortedKeys i32) (param $sortedRows i32)
    (local $end i32)
    (local $slot i32)
    (local $place i32)
    (local.set $end
      (i32.add (local.get $keys) (i32.shl (local.get $count) (i32.const 3))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $keys) (local.get $end)))
        (local.set $slot
          (i32.add
            (local.get $starts)
            (i32.shl
              (i32.load8_u (i32.add (local.get $keys) (local.get $byte)))
              (i32.const 2))))
        (local.set $place (i32.load (local.get $slot)))
        (i32.store
          (local.get $slot)
          (i32.add (local.get $place) (i32.const 1)))
        (i64.store
          (i32.add
            (local.get $sortedKeys)
            (i32.shl (local.get $place) (i32.const 3)))
          (i64.load (local.get $keys)))
        (i32.store
          (i32.add
            (local.get $sortedRows)
            (i32.shl (local.get $place) (i32.const 2)))
          (i32.load (local.get $rows)))
        (local.set $keys (i32.add (local.get $keys) (i32.const 8)))
        (local.set $rows (i32.add (local.get $rows) (i32.const 4)))
        (br $next))))

  (func (export "movePass")
    (param $keys i32) (param $count i32)
    (param $byte i32) (param $starts i32) (param $sortedKeys i32)
    (local $end i32)
    (local $slot i32)
    (local $place i32)
    (local.set $end
      (i32.add (local.get $keys) (i32.shl (local.get $count) (i32.const 3))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $keys) (local.get $end)))
        (local.set $slot
          (i32.add
            (local.get $starts)
            (i32.shl
              (i32.load8_u (i32.add (local.get $keys) (local.get $byte)))
              (i32.const 2))))
        (local.set $place (i32.load (local.get $slot)))
        (i32.store
          (local.get $slot)
          (i32.add (local.get $place) (i32.const 1)))
        (i64.store
          (i32.add
            (local.get $sortedKeys)
            (i32.shl (local.get $place) (i32.const 3)))
          (i64.load (local.get $keys)))
        (local.set $keys (i32.add (local.get $keys) (i32.const 8)))
        (br $next))))

  ;; The number by which a lane is sorted: its own bits, which begin $shift bits above the lowest, above all others.
  (func $laneKey (param $code i64) (param $shift i64) (result i64)
    (i64.or
      (i64.shl (i64.shr_u (local.get $code) (local.get $shift)) (i64.const 48))
      (i64.or
        (i64.shl
          (i64.shr_u
            (i64.shr_u (local.get $code) (local.get $shift))
            (i64.const 16))
          (local.get $shift))
        (i64.and
          (local.get $code)
          (i64.sub
            (i64.shl (i64.const 1) (local.get $shift))
            (i64.const 1))))))

  ;; Whether the place of one row comes before that of another: by z, y, x.
  (func $isBefore
    (param $row i32) (param $other i32) (param $places i32) (result i32)
    (local $i i32) (local $a i32) (local $b i32)
    (local.set $row
      (i32.add (local.get $places) (i32.mul (local.get $row) (i32.const 12))))
    (local.set $other
      (i32.add (local.get $places) (i32.mul (local.get $other) (i32.const 12))))
    (local.set $i (i32.const 8))
    (loop $axes
      (local.set $a (i32.load (i32.add (local.get $row) (local.get $i))))
      (local.set $b (i32.load (i32.add (local.get $other) (local.get $i))))
      (if
        (i32.ne (local.get $a) (local.get $b))
        (then (return (i32.lt_u (local.get $a) (local.get $b)))))
      (local.set $i (i32.sub (local.get $i) (i32.const 4)))
      (br_if $axes (i32.ge_s (local.get $i) (i32.const 0))))
    (i32.const 0))

  (func (export "mergeRuns")
    (param $codes i32) (param $rows i32)
    (param $middle i32) (param $count i32)
    (param $lane i32) (param $places i32)
    (param $sortedCodes i32) (param $sortedRows i32)
    (local $shift i64)
    (local $a i32) (local $b i32)
    (local $keyA i64) (local $keyB i64)
    (local $to i32) (local $takesB i32) (local $from i32)
    (local.set $shift
      (i64.extend_i32_u
        (i32.sub
          (i32.const 48)
          (i32.shl (local.get $lane) (i32.const 4)))))
    (local.set $b (local.get $middle))
    (block $done
      (br_if $done (i32.ge_u (local.get $a) (local.get $middle)))
      (br_if $done (i32.ge_u (local.get $b) (local.get $count)))
      (local.set $keyA
        (call $laneKey (i64.load (local.get $codes)) (local.get $shift)))
      (local.set $keyB
        (call $laneKey
          (i64.load
            (i32.add
              (local.get $codes)
              (i32.shl (local.get $b) (i32.const 3))))
          (local.get $shift)))
      (loop $next
        (local.set $takesB
          (i64.lt_u (local.get $keyB) (local.get $keyA)))
        (if
          (i32.and
            (i64.eq (local.get $keyB) (local.get $keyA))
            (i32.eqz (local.get $lane)))
          (then
            (local.set $takesB
              (call $isBefore
                (i32.load
                  (i32.add
                    (local.get $rows)
                    (i32.shl (local.get $b) (i32.const 2))))
                (i32.load
                  (i32.add
                    (local.get $rows)
                    (i32.shl (local.get $a) (i32.const 2))))
                (local.get $places)))))
        (local.set $from
          (select (local.get $b) (local.get $a) (local.get $takesB)))
        (i64.store
          (i32.add
            (local.get $sortedCodes)
            (i32.shl (local.get $to) (i32.const 3)))
          (i64.load
            (i32.add
              (local.get $codes)
              (i32.shl (local.get $from) (i32.const 3)))))
        (if (i32.eqz (local.get $lane))
          (then
            (i32.store
              (i32.add
                (local.get $sortedRows)
                (i32.shl (local.get $to) (i32.const 2)))
              (i32.load
                (i32.add
                  (local.get $rows)
                  (i32.shl (local.get $from) (i32.const 2)))))))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (if (local.get $takesB)
          (then
            (local.set $b (i32.add (local.get $b) (i32.const 1)))
            (br_if $done (i32.ge_u (local.get $b) (local.get $count)))
            (local.set $keyB
              (call $laneKey
                (i64.load
                  (i32.add
                    (local.get $codes)
                    (i32.shl (local.get $b) (i32.const 3))))
                (local.get $shift))))
          (else
            (local.set $a (i32.add (local.get $a) (i32.const 1)))
            (br_if $done (i32.ge_u (local.get $a) (local.get $middle)))
            (local.set $keyA
              (call $laneKey
                (i64.load
                  (i32.add
                    (local.get $codes)
                    (i32.shl (local.get $a) (i32.const 3))))
                (local.get $shift)))))
        (br $next)))
    ;; One of both has come to its end: what is left of the other follows.
    (if (i32.lt_u (local.get $a) (local.get $middle))
      (then (local.set $from (local.get $a)))
      (else
        (local.set $from (local.get $b))
        (local.set $middle (local.get $count))))
    (memory.copy
      (i32.add
        (local.get $sortedCodes)
        (i32.shl (local.get $to) (i32.const 3)))
      (i32.add (local.get $codes) (i32.shl (local.get $from) (i32.const 3)))
      (i32.shl
        (i32.sub (local.get $middle) (local.get $from))
        (i32.const 3)))
    (if (i32.eqz (local.get $lane))
      (then
        (memory.copy
          (i32.add
            (local.get $sortedRows)
            (i32.shl (local.get $to) (i32.const 2)))
          (i32.add (local.get $rows) (i32.shl (local.get $from) (i32.const 2)))
          (i32.shl
            (i32.sub (local.get $middle) (local.get $from))
            (i32.const 2)))))))
