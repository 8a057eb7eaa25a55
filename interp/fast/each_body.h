/* The kernel of layers in which each channel has windows of its own, for a register V of an
 * instruction set: channels in the lanes, one multiplication and one addition for each tap. A
 * register of weights is used for a few pixels. Whoever includes this has defined V. */
#include "codes.h"

#define SUM        int16_t
#define NAME(what) low_##what
#define THRESHOLDS low_thresholds
#include "each_tile.h"
#undef SUM
#undef NAME
#undef THRESHOLDS

#define SUM        int32_t
#define NAME(what) high_##what
#define THRESHOLDS thresholds
#include "each_tile.h"
#undef SUM
#undef NAME
#undef THRESHOLDS

static void dot_each(const fnc_dot_job *job)
{
    void (*row_of)(const fnc_dot_job *, int64_t, int64_t) = job->dot->is_low ? low_row : high_row;
    for (int64_t row = job->row; row < job->row_end; row++)
        for (int64_t block = job->block; block < job->block_end; block++)
            row_of(job, row, block);
}
