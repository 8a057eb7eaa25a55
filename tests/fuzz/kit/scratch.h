/* A folder of its own for targets that may write files beside a model. */
#ifndef FUZZ_SCRATCH_H
#define FUZZ_SCRATCH_H

/* Makes an empty folder the current one. */
void scratch_enter(void);
/* Goes back, and removes whatever lies in it. */
void scratch_leave(void);

#endif
