#ifndef FNC_CATALOGUE_H
#define FNC_CATALOGUE_H

#include <finnc/pass.h>

/* A pipeline's text: what follows every pass. */
extern const char *const fnc_clean_up;

#endif
