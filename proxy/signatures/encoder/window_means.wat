;; Means under a symmetric window around the pixels of a grid: down the columns first, of which only the grid's rows are needed, and then
;; along each of these rows. Four pixels at once, except along rows whose places are not side by side.
(module
  (memory (export "memory") 1)

  ;; $from: the pixel at the top left of the first window; $width: of the plane, in pixels; $columns, $rows: of the grid;
  ;; $stepX, $stepY: from one place to the next, in pixels; $weights: at distance 0, 1 … $reach; $scratch: for one row of the
  ;; plane, and $to: for the means, row after row; both with room for three more pixels. Addresses are in bytes, pixels are f32.
  (func (export "means")
    (param $from i32) (param $width i32) (param $columns i32) (param $rows i32) (param $stepX i32) (param $stepY i32)
    (param $weights i32) (param $reach i32) (param $scratch i32) (param $to i32)
    (local $rowBytes i32) (local $across i32) (local $middle i32) (local $x i32) (local $end i32)
    (local $i i32) (local $before i32) (local $after i32) (local $weight i32)
    (local $sums v128) (local $sum f32)

    (local.set $rowBytes (i32.shl (local.get $width) (i32.const 2)))
    (local.set $across
      (i32.shl
        (i32.add
          (i32.mul (i32.sub (local.get $columns) (i32.const 1)) (local.get $stepX))
          (i32.add (i32.shl (local.get $reach) (i32.const 1)) (i32.const 1)))
        (i32.const 2)))
    (local.set $middle (i32.add (local.get $from) (i32.mul (local.get $reach) (local.get $rowBytes))))

    (loop $row
      ;; Down: all columns that the windows of this row of places reach.
      (local.set $x (i32.const 0))
      (loop $column
        (local.set $before (i32.add (local.get $middle) (local.get $x)))
        (local.set $after (local.get $before))
        (local.set $weight (local.get $weights))
        (local.set $sums
          (f32x4.mul (v128.load32_splat (local.get $weight)) (v128.load (local.get $before))))
        (local.set $i (local.get $reach))
        (loop $tap
          (local.set $before (i32.sub (local.get $before) (local.get $rowBytes)))
          (local.set $after (i32.add (local.get $after) (local.get $rowBytes)))
          (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
          (local.set $sums
            (f32x4.add (local.get $sums)
              (f32x4.mul (v128.load32_splat (local.get $weight))
                (f32x4.add (v128.load (local.get $before)) (v128.load (local.get $after))))))
          (local.set $i (i32.sub (local.get $i) (i32.const 1)))
          (br_if $tap (local.get $i)))
        (v128.store (i32.add (local.get $scratch) (local.get $x)) (local.get $sums))
        (local.set $x (i32.add (local.get $x) (i32.const 16)))
        (br_if $column (i32.lt_u (local.get $x) (local.get $across))))

      ;; Along.
      (local.set $middle (i32.add (local.get $middle) (i32.mul (local.get $stepY) (local.get $rowBytes))))
      (local.set $x (i32.add (local.get $scratch) (i32.shl (local.get $reach) (i32.const 2))))
      (local.set $end (i32.add (local.get $to) (i32.shl (local.get $columns) (i32.const 2))))
      (if (i32.eq (local.get $stepX) (i32.const 1))
        (then
          (loop $four
            (local.set $before (local.get $x))
            (local.set $after (local.get $x))
            (local.set $weight (local.get $weights))
            (local.set $sums
              (f32x4.mul (v128.load32_splat (local.get $weight)) (v128.load (local.get $x))))
            (local.set $i (local.get $reach))
            (loop $tap
              (local.set $before (i32.sub (local.get $before) (i32.const 4)))
              (local.set $after (i32.add (local.get $after) (i32.const 4)))
              (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
              (local.set $sums
                (f32x4.add (local.get $sums)
                  (f32x4.mul (v128.load32_splat (local.get $weight))
                    (f32x4.add (v128.load (local.get $before)) (v128.load (local.get $after))))))
              (local.set $i (i32.sub (local.get $i) (i32.const 1)))
              (br_if $tap (local.get $i)))
            (v128.store (local.get $to) (local.get $sums))
            (local.set $x (i32.add (local.get $x) (i32.const 16)))
            (local.set $to (i32.add (local.get $to) (i32.const 16)))
            (br_if $four (i32.lt_u (local.get $to) (local.get $end)))))
        (else
          (loop $one
            (local.set $before (local.get $x))
            (local.set $after (local.get $x))
            (local.set $weight (local.get $weights))
            (local.set $sum (f32.mul (f32.load (local.get $weight)) (f32.load (local.get $x))))
            (local.set $i (local.get $reach))
            (loop $tap
              (local.set $before (i32.sub (local.get $before) (i32.const 4)))
              (local.set $after (i32.add (local.get $after) (i32.const 4)))
              (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
              (local.set $sum
                (f32.add (local.get $sum)
                  (f32.mul (f32.load (local.get $weight))
                    (f32.add (f32.load (local.get $before)) (f32.load (local.get $after))))))
              (local.set $i (i32.sub (local.get $i) (i32.const 1)))
              (br_if $tap (local.get $i)))
            (f32.store (local.get $to) (local.get $sum))
            (local.set $x (i32.add (local.get $x) (i32.shl (local.get $stepX) (i32.const 2))))
            (local.set $to (i32.add (local.get $to) (i32.const 4)))
            (br_if $one (i32.lt_u (local.get $to) (local.get $end))))))
      (local.set $to (local.get $end))

      (local.set $rows (i32.sub (local.get $rows) (i32.const 1)))
      (br_if $row (local.get $rows)))))
