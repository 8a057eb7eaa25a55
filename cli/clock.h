/* How long things take. The library has such clocks of its own, which it does not lend. */
#ifndef CLI_CLOCK_H
#define CLI_CLOCK_H

/* In seconds from some moment on; nobody sets it. */
double cli_now(void);
/* Seconds of work, of all threads together. */
double cli_processor_time(void);

#endif
