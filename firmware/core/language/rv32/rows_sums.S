/* Sums of four rows of the rows layout on RV32IM: rows_product.h.
 *
 * INT4 and INT2: two products by one multiplication. Masked to two fields that lie 16 bits apart, a word w has codes u
 * and v >= 0 of the columns k and k + n; with the numbers' word X = x[k + n] + 2^16 x[k],
 *
 *     (u + 2^16 v) X = u x[k + n] + 2^16 (u x[k] + v x[k + n])   modulo 2^32.
 *
 * In a cell of 32 columns at most, the sums of the lower terms fit 16 bits with a sign. So do those of the upper ones once
 * the codes' offset times the sum of the numbers is taken off; until then they are right modulo 2^16. With 2^15 added, a
 * shift by 16 leaves the cell's sum. INT4 codes are w + 8. INT2 codes u stand for 2 u - 3: the numbers of even fields are
 * stored times 4, since odd fields are masked two bits further up, so that 4 times the sum of u x comes out.
 *
 * INT8: numbers are int16 in the columns' order.
 */
#define WEIGHTS 0
#define PITCH 4
#define NUMBERS 8
#define STEPS 12
#define CELLS 16
#define MULTIPLIERS 20
#define GROUPS 24
#define REPEAT 28

/* Registers: rows, the vector and its end in this cell, sums of the cell, totals. */
#define ROW0 a0
#define ROW1 a5
#define ROW2 a6
#define ROW3 a7
#define X a1
#define CELL_END a2
#define SUM0 t0
#define SUM1 t1
#define SUM2 t2
#define SUM3 t3
#define NUMBER t4
#define T t5
#define ALL t6
#define WORD0 s0
#define WORD1 s1
#define WORD2 s2
#define WORD3 s3
#define TOTAL0 s4
#define TOTAL1 s5
#define TOTAL2 s6
#define TOTAL3 s7
#define MASK s8
#define OFFSET s9
#define ODD_MASK s9
#define ODD s10
#define NEXT_MULTIPLIERS s11
#define RUN a3
#define OUT a4
#define REPEATS ra

.macro save operation
    .irp i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    \operation s\i, (4 * \i)(sp)
    .endr
    \operation ra, 48(sp)
.endm

/* void name(const mcuai_rows_cells *, uint32_t *totals) */
.macro sums_begin name
    .section .text.mcuai_rv32_sums_\name, "ax", @progbits
    .balign 4
    .globl mcuai_rv32_sums_\name
    .type mcuai_rv32_sums_\name, @function
mcuai_rv32_sums_\name:
    addi sp, sp, -64
    save sw
    mv RUN, a0
    mv OUT, a1
    lw ROW0, WEIGHTS(RUN)
    lw T, PITCH(RUN)
    add ROW1, ROW0, T
    add ROW2, ROW1, T
    add ROW3, ROW2, T
    lw X, NUMBERS(RUN)
    lw NEXT_MULTIPLIERS, MULTIPLIERS(RUN)
    lw REPEATS, REPEAT(RUN)
    lw T, CELLS(RUN)
    sw T, 52(sp)
    lw TOTAL0, 0(OUT)
    lw TOTAL1, 4(OUT)
    lw TOTAL2, 8(OUT)
    lw TOTAL3, 12(OUT)
.endm

.macro cell_begin columns
    lw T, STEPS(RUN)
    .if \columns == 4
    slli T, T, 3
    .elseif \columns == 8
    slli T, T, 4
    .else
    slli T, T, 5
    .endif
    add CELL_END, X, T
    li SUM0, 0
    li SUM1, 0
    li SUM2, 0
    li SUM3, 0
.endm

/* Sums times multipliers to totals; then the next cell, or the end. */
.macro cell_end name
    lw T, GROUPS(RUN)
    lb NUMBER, 0(NEXT_MULTIPLIERS)
    mul SUM0, SUM0, NUMBER
    add ALL, NEXT_MULTIPLIERS, T
    lb NUMBER, 0(ALL)
    add TOTAL0, TOTAL0, SUM0
    mul SUM1, SUM1, NUMBER
    add ALL, ALL, T
    lb NUMBER, 0(ALL)
    add TOTAL1, TOTAL1, SUM1
    mul SUM2, SUM2, NUMBER
    add ALL, ALL, T
    lb NUMBER, 0(ALL)
    add TOTAL2, TOTAL2, SUM2
    mul SUM3, SUM3, NUMBER
    addi REPEATS, REPEATS, -1
    add TOTAL3, TOTAL3, SUM3
    bnez REPEATS, 8f
    addi NEXT_MULTIPLIERS, NEXT_MULTIPLIERS, 1
    lw REPEATS, REPEAT(RUN)
8:  lw T, 52(sp)
    addi T, T, -1
    sw T, 52(sp)
    bnez T, 1b
    sw TOTAL0, 0(OUT)
    sw TOTAL1, 4(OUT)
    sw TOTAL2, 8(OUT)
    sw TOTAL3, 12(OUT)
    save lw
    addi sp, sp, 64
    ret
    .size mcuai_rv32_sums_\name, . - mcuai_rv32_sums_\name
.endm

/* INT8 */

.macro column offset
    lh NUMBER, (2 * \offset)(X)
    lb WORD0, \offset(ROW0)
    lb WORD1, \offset(ROW1)
    lb WORD2, \offset(ROW2)
    lb WORD3, \offset(ROW3)
    mul WORD0, WORD0, NUMBER
    mul WORD1, WORD1, NUMBER
    mul WORD2, WORD2, NUMBER
    mul WORD3, WORD3, NUMBER
    add SUM0, SUM0, WORD0
    add SUM1, SUM1, WORD1
    add SUM2, SUM2, WORD2
    add SUM3, SUM3, WORD3
.endm

.macro go_on bytes, numbers
    addi ROW0, ROW0, \bytes
    addi ROW1, ROW1, \bytes
    addi ROW2, ROW2, \bytes
    addi ROW3, ROW3, \bytes
    addi X, X, \numbers
.endm

    sums_begin int8
1:  cell_begin 4
    addi ALL, CELL_END, -32
    bltu ALL, X, 3f
2:  .irp i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    column \i
    .endr
    go_on 16, 32
    bgeu ALL, X, 2b
    beq X, CELL_END, 4f
3:  .irp i, 0, 1, 2, 3
    column \i
    .endr
    go_on 4, 8
    bne X, CELL_END, 3b
4:  cell_end int8

/* INT4 and INT2 */

.macro words operation, offset
    \operation WORD0, \offset(ROW0)
    \operation WORD1, \offset(ROW1)
    \operation WORD2, \offset(ROW2)
    \operation WORD3, \offset(ROW3)
.endm

.macro row_products word, sum, mask
    and T, \word, \mask
    mul T, T, NUMBER
    add \sum, \sum, T
.endm

/* The fields' numbers, summed up in `all`. */
.macro field offset, mask, all
    lw NUMBER, \offset(X)
    row_products WORD0, SUM0, \mask
    row_products WORD1, SUM1, \mask
    row_products WORD2, SUM2, \mask
    row_products WORD3, SUM3, \mask
    add \all, \all, NUMBER
.endm

.macro shift_words
    srli WORD0, WORD0, 4
    srli WORD1, WORD1, 4
    srli WORD2, WORD2, 4
    srli WORD3, WORD3, 4
.endm

/* From 2^16 times a cell's sums; ALL is the offset's number times the numbers' words. */
.macro take_sums shift
    slli NUMBER, ALL, 16
    srai T, NUMBER, 16
    sub ALL, ALL, T
    add ALL, ALL, NUMBER
    lui T, 8
    sub ALL, T, ALL
    .irp i, 0, 1, 2, 3
    add t\i, t\i, ALL
    srai t\i, t\i, \shift
    .endr
.endm

.macro step_int4 row, numbers
    words lw, \row
    xor WORD0, WORD0, OFFSET
    xor WORD1, WORD1, OFFSET
    xor WORD2, WORD2, OFFSET
    xor WORD3, WORD3, OFFSET
    field \numbers, MASK, ALL
    shift_words
    field \numbers + 4, MASK, ALL
    shift_words
    field \numbers + 8, MASK, ALL
    shift_words
    field \numbers + 12, MASK, ALL
.endm

    sums_begin int4
    li MASK, 0x000f000f
    li OFFSET, 0x88888888
1:  cell_begin 8
    li ALL, 0
    andi T, T, 16
    beqz T, 3f
    step_int4 0, 0
    go_on 4, 16
    beq X, CELL_END, 4f
3:  step_int4 0, 0
    step_int4 4, 16
    go_on 8, 32
    bne X, CELL_END, 3b
4:  slli ALL, ALL, 3
    take_sums 16
    cell_end int4

.macro step_int2
    words lw, 0
    field 0, MASK, ALL
    field 4, ODD_MASK, ODD
    shift_words
    field 8, MASK, ALL
    field 12, ODD_MASK, ODD
    shift_words
    field 16, MASK, ALL
    field 20, ODD_MASK, ODD
    shift_words
    field 24, MASK, ALL
    field 28, ODD_MASK, ODD
    go_on 4, 32
.endm

    sums_begin int2
    li MASK, 0x00030003
    li ODD_MASK, 0x000c000c
1:  cell_begin 16
    li ALL, 0
    li ODD, 0
2:  step_int2
    bne X, CELL_END, 2b
    /* 6 times the numbers: those of even fields are there four times. */
    srai T, ALL, 1
    add ALL, ALL, T
    slli T, ODD, 1
    add ALL, ALL, T
    slli T, ODD, 2
    add ALL, ALL, T
    take_sums 17
    cell_end int2
