;; The two loops of the signature engine that see every signature. What each does, and the plain form that it is tested against,
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

  ;; Whether a step before $step has met a signature that differs from the query in $difference: by then, the lanes before
  ;; the step's own were probed at its radius, and all others at the radius before.
  (func $metBefore (param $difference i64) (param $step i32) (result i32)
    (local $lane i32)
    (local $radius i32)
    (local $i i32)
    (local.set $lane (i32.and (local.get $step) (i32.const 3)))
    (local.set $radius (i32.shr_u (local.get $step) (i32.const 2)))
    (loop $lanes
      (if
        (i32.lt_u
          (call $laneDistance
            (local.get $difference)
            (i64.extend_i32_u
              (i32.sub (i32.const 48) (i32.shl (local.get $i) (i32.const 4)))))
          (i32.add
            (local.get $radius)
            (i32.lt_u (local.get $i) (local.get $lane))))
        (then (return (i32.const 1))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $lanes (i32.lt_u (local.get $i) (i32.const 4))))
    (i32.const 0))

  (func (export "scan")
    (param $codes i32) (param $count i32)
    (param $query i64) (param $bound i32) (param $step i32)
    (param $hits i32) (result i32)
    (local $i i32)
    (local $found i32)
    (local $difference i64)
    (local $distance i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $count)))
        (local.set $difference
          (i64.xor
            (local.get $query)
            (i64.load
              (i32.add
                (local.get $codes)
                (i32.shl (local.get $i) (i32.const 3))))))
        (local.set $distance
          (i32.wrap_i64 (i64.popcnt (local.get $difference))))
        (if (i32.le_u (local.get $distance) (local.get $bound))
          (then
            (if
              (i32.eqz
                (call $metBefore (local.get $difference) (local.get $step)))
              (then
                (i32.store
                  (i32.add
                    (local.get $hits)
                    (i32.shl (local.get $found) (i32.const 2)))
                  (i32.or
                    (i32.shl (local.get $i) (i32.const 7))
                    (local.get $distance)))
                (local.set $found
                  (i32.add (local.get $found) (i32.const 1)))))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $found))

  ;; One pass of a radix sort: $order in, $sorted out, by the 16 bits that lie at $digits + $stride * row.
  (func (export "sortPass")
    (param $digits i32) (param $stride i32)
    (param $order i32) (param $sorted i32) (param $count i32)
    (param $counts i32) (result i32)
    (local $i i32)
    (local $end i32)
    (local $row i32)
    (local $slot i32)
    (local $sum i32)
    (local $size i32)
    (memory.fill (local.get $counts) (i32.const 0) (i32.const 262144))

    ;; How often each digit occurs.
    (local.set $i (local.get $order))
    (local.set $end
      (i32.add
        (local.get $order) (i32.shl (local.get $count) (i32.const 2))))
    (block $counted
      (loop $next
        (br_if $counted (i32.ge_u (local.get $i) (local.get $end)))
        (local.set $slot
          (i32.add
            (local.get $counts)
            (i32.shl
              (i32.load16_u
                (i32.add
                  (local.get $digits)
                  (i32.mul (i32.load (local.get $i)) (local.get $stride))))
              (i32.const 2))))
        (i32.store
          (local.get $slot)
          (i32.add (i32.load (local.get $slot)) (i32.const 1)))
        (local.set $i (i32.add (local.get $i) (i32.const 4)))
        (br $next)))

    ;; Where the rows of each digit begin; 0 where they all have the same, as there is nothing to sort.
    (local.set $slot (local.get $counts))
    (local.set $i (i32.add (local.get $counts) (i32.const 262144)))
    (loop $next
      (local.set $size (i32.load (local.get $slot)))
      (if (i32.eq (local.get $size) (local.get $count))
        (then (return (i32.const 0))))
      (i32.store (local.get $slot) (local.get $sum))
      (local.set $sum (i32.add (local.get $sum) (local.get $size)))
      (local.set $slot (i32.add (local.get $slot) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $slot) (local.get $i))))

    (local.set $i (local.get $order))
    (block $sorted_all
      (loop $next
        (br_if $sorted_all (i32.ge_u (local.get $i) (local.get $end)))
        (local.set $row (i32.load (local.get $i)))
        (local.set $slot
          (i32.add
            (local.get $counts)
            (i32.shl
              (i32.load16_u
                (i32.add
                  (local.get $digits)
                  (i32.mul (local.get $row) (local.get $stride))))
              (i32.const 2))))
        (i32.store
          (i32.add
            (local.get $sorted)
            (i32.shl (i32.load (local.get $slot)) (i32.const 2)))
          (local.get $row))
        (i32.store
          (local.get $slot)
          (i32.add (i32.load (local.get $slot)) (i32.const 1)))
        (local.set $i (i32.add (local.get $i) (i32.const 4)))
        (br $next)))
    (i32.const 1))

  ;; The same for signatures that are moved themselves: $codes in, $moved out, by the 16 bits at byte $digit of each.
  (func (export "movePass")
    (param $codes i32) (param $digit i32) (param $moved i32)
    (param $count i32) (param $counts i32) (result i32)
    (local $i i32)
    (local $end i32)
    (local $slot i32)
    (local $sum i32)
    (local $size i32)
    (memory.fill (local.get $counts) (i32.const 0) (i32.const 262144))
    (local.set $end
      (i32.add (local.get $codes) (i32.shl (local.get $count) (i32.const 3))))

    (local.set $i (local.get $codes))
    (block $counted
      (loop $next
        (br_if $counted (i32.ge_u (local.get $i) (local.get $end)))
        (local.set $slot
          (i32.add
            (local.get $counts)
            (i32.shl
              (i32.load16_u (i32.add (local.get $i) (local.get $digit)))
              (i32.const 2))))
        (i32.store
          (local.get $slot)
          (i32.add (i32.load (local.get $slot)) (i32.const 1)))
        (local.set $i (i32.add (local.get $i) (i32.const 8)))
        (br $next)))

    (local.set $slot (local.get $counts))
    (local.set $i (i32.add (local.get $counts) (i32.const 262144)))
    (loop $next
      (local.set $size (i32.load (local.get $slot)))
      (if (i32.eq (local.get $size) (local.get $count))
        (then (return (i32.const 0))))
      (i32.store (local.get $slot) (local.get $sum))
      (local.set $sum (i32.add (local.get $sum) (local.get $size)))
      (local.set $slot (i32.add (local.get $slot) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $slot) (local.get $i))))

    (local.set $i (local.get $codes))
    (block $moved_all
      (loop $next
        (br_if $moved_all (i32.ge_u (local.get $i) (local.get $end)))
        (local.set $slot
          (i32.add
            (local.get $counts)
            (i32.shl
              (i32.load16_u (i32.add (local.get $i) (local.get $digit)))
              (i32.const 2))))
        (i64.store
          (i32.add
            (local.get $moved)
            (i32.shl (i32.load (local.get $slot)) (i32.const 3)))
          (i64.load (local.get $i)))
        (i32.store
          (local.get $slot)
          (i32.add (i32.load (local.get $slot)) (i32.const 1)))
        (local.set $i (i32.add (local.get $i) (i32.const 8)))
        (br $next)))
    (i32.const 1)))
