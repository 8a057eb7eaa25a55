/* Threads that work on something together, step by step. (parallel.c) */
#ifndef FNC_TEAM_H
#define FNC_TEAM_H

/* Calls work(user, rank, size) on up to `threads` threads at once: `size` of them, which is the
 * same for all, ranks from 0 (the caller). */
void fnc_team(int threads, void (*work)(void *user, int rank, int size), void *user);
/* Inside: waits until all of them are here. */
void fnc_team_wait(void);

#endif
